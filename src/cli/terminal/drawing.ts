/** What is drawn again and again in its place, below what was written before. For terminals alone. */
import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import { displayWidth } from "../../basics/width.ts";
import type { Output } from "../io.ts";

export interface Drawing {
  /** In the place of what was drawn last. */
  draw(text: string): void;
  /** Above it, and stays. */
  persist(text: string): void;
  /** What was drawn last stays, and what follows comes below it. */
  end(): void;
}

export function openDrawing(out: Output): Drawing {
  // all that it uses of a stream
  const stream = {
    write: (text: string) => out.write(text),
    isTTY: true,
    get columns() {
      return out.columns;
    },
    get rows() {
      return rowsOf(out);
    },
  };
  const update = createLogUpdate(stream as unknown as NodeJS.WritableStream, { showCursor: true });
  return {
    draw: (text) => update(topOf(text, out.columns, rowsOf(out) - 1)),
    persist: (text) => update.persist(text),
    end: () => update.done(),
  };
}

/** Where nobody knows: those of the first terminals. */
const USUAL_ROWS = 24;

const rowsOf = ({ rows }: Output): number => rows ?? USUAL_ROWS;

/** As many lines from the top as a screen has room for, where a long line takes several; says how many are missing. Pure. */
export function topOf(text: string, columns: number, rows: number): string {
  const lines = text.split("\n");
  const heights = lines.map((line) => Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns)));
  if (heights.reduce((sum, height) => sum + height, 0) <= rows) return text;
  let left = rows - 1;
  const shown = lines.filter((_, index) => {
    left -= heights[index] ?? 0;
    return left >= 0;
  });
  return [...shown, `… ${lines.length - shown.length} more lines than this screen has room for`].join("\n");
}
