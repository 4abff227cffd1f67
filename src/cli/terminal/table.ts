/** Tables of text, aligned by what a terminal shows. Foreign text in them is made harmless. Pure. */
import { shown } from "../../basics/text.ts";
import { cutToWidth, displayWidth } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Columns of the terminal; longer texts are cut. */
  readonly widest?: number;
}

/** A text, or a text and how it is coloured: colours have no width. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = "  ";

/** Without a trailing line break. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paintTitle: (text: string) => string = (text) => text,
): string {
  const texts = rows.map((row) => columns.map((column, index) => textOf(row[index] ?? "", column)));
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...texts.map((row) => displayWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[], paint: (text: string, index: number) => string): string =>
    cells
      .map((text, index) => padded(text, paint(text, index), widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    (title) => paintTitle(title),
  );
  const body = texts.map((row, at) =>
    line(row, (text, index) => {
      const cell = rows[at]?.[index];
      return typeof cell === "object" ? cell.paint(text) : text;
    }),
  );
  return [head, ...body].join("\n");
}

function textOf(cell: Cell, { widest }: Column): string {
  const text = shown(typeof cell === "string" ? cell : cell.text);
  return widest === undefined ? text : cutToWidth(text, widest);
}

function padded(text: string, painted: string, width: number, align: Column["align"] = "left"): string {
  const space = " ".repeat(width - displayWidth(text));
  return align === "right" ? space + painted : painted + space;
}
