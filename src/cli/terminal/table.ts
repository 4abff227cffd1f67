/** Tables of text, aligned by what a terminal shows, as wide as it is. Foreign text in them is made harmless. Pure. */
import { shown } from "../../basics/text.ts";
import { cutToWidth, displayWidth } from "../../basics/width.ts";
import { fitColumns } from "./columns.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** It is cut down to so many columns of the terminal where there is not room for more; absent: it is never cut. */
  readonly least?: number;
  /** Where there is not room for all columns, the one of the highest rank is left out; unless set none is. */
  readonly rank?: number;
  /** How it is cut; at its end unless set. */
  readonly cut?: (text: string, columns: number) => string;
  /** The others grow first. */
  readonly yields?: boolean;
}

/** A text, or a text and how it is coloured: colours have no width. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  /** No line is wider; unbounded unless set. */
  readonly width?: number;
  readonly paintTitle?: (text: string) => string;
  readonly paintNote?: (text: string) => string;
  /** Removes secrets: before anything is cut, since nobody would know a part of one. */
  readonly hide?: (text: string) => string;
}

const GAP = "  ";

/** Without a trailing line break. Columns for which there is no room are named in a line below it. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width = Number.POSITIVE_INFINITY, paintTitle = same, paintNote = same, hide = same }: TableOptions = {},
): string {
  const texts = rows.map((row) => columns.map((_, index) => shown(hide(textOf(row[index] ?? "")))));
  const widths = widthsOf(columns, texts, width);
  const line = (cells: readonly string[], paint: (text: string, index: number) => string): string =>
    columns
      .flatMap((column, index) => {
        const room = widths[index] ?? 0;
        if (room === 0) return [];
        const text = cutCell(cells[index] ?? "", column, room);
        return [padded(text, paint(text, index), room, column.align)];
      })
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
  const left = columns.filter((_, index) => widths[index] === 0).map(({ title }) => title);
  const note = left.length === 0 ? [] : [paintNote(`No room here for: ${left.join(", ")}`)];
  return [head, ...body, ...note].join("\n");
}

/** The ranks of empty columns: they go before all others. */
const EMPTY_RANK = 1_000;

function widthsOf(columns: readonly Column[], texts: readonly (readonly string[])[], width: number): readonly number[] {
  const wishes = columns.map(({ title, least, rank = 0, yields = false }, index) => {
    const widest = Math.max(0, ...texts.map((row) => displayWidth(row[index] ?? "")));
    const natural = Math.max(displayWidth(title), widest, 1);
    const isEmpty = widest === 0 && texts.length > 0 && rank > 0;
    return { natural, least: least ?? natural, rank: isEmpty ? rank + EMPTY_RANK : rank, yields };
  });
  return width === Number.POSITIVE_INFINITY
    ? wishes.map(({ natural }) => natural)
    : fitColumns(wishes, width, GAP.length);
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

const same = (text: string): string => text;

function cutCell(text: string, { cut = cutToWidth }: Column, room: number): string {
  return displayWidth(text) <= room ? text : cut(text, room);
}

function padded(text: string, painted: string, width: number, align: Column["align"] = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? space + painted : painted + space;
}
