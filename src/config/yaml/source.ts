/** A configuration file as text: from offsets to lines and columns, and a line as it may be shown. */

import { printable } from "../../basics/text.ts";
import { maskCredentials, maskPart, maskValues } from "../credentials/mask.ts";
import type { Range } from "./tree.ts";

export interface SourcePlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
}

export interface Source {
  /** The file's name as the user gave it: what faults show. */
  readonly file: string;
  readonly text: string;
  placeOf(offset: number): SourcePlace;
  /** A line without its line break, as it may be shown: credentials are masked, their width is kept for the caret. */
  line(number: number): string;
}

export function openSource(file: string, text: string): Source {
  return sourceOf(file, text, (line) => maskCredentials(printable(line)));
}

/** The same file with these parts masked where a line is shown, and what stands behind them in a comment. */
export function concealing({ file, text }: Source, ranges: readonly Range[]): Source {
  return sourceOf(file, text, (line, start) => {
    const masked = ranges.reduce((shown, [from, to]) => maskPart(shown, from - start, to - start), line);
    return maskCredentials(printable(masked));
  });
}

/** The same for a file that cannot be parsed: nobody knows which of its values are secret. Known names of settings stay. */
export function concealingValues({ file, text }: Source, isName: (word: string) => boolean): Source {
  return sourceOf(file, text, (line) => maskValues(printable(line), isName));
}

/** @param show what may be seen of a line that begins at this offset; as wide as the line */
function sourceOf(file: string, text: string, show: (line: string, start: number) => string): Source {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return {
    file,
    text,
    placeOf(offset) {
      const line = lastAtMost(starts, offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    line(number) {
      const start = starts[number - 1];
      if (start === undefined) return "";
      return show(text.slice(start, starts[number]).replace(/\r?\n$/, ""), start);
    },
  };
}

/** Index of the last of these ascending numbers that is not above `limit`. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
