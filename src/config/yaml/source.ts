/** A configuration file as text: from offsets to lines and columns, and a line as it may be shown. */

import { printable } from "../../basics/text.ts";
import type { Range } from "./tree.ts";

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
}

export interface Source {
  /** The file's name as the user gave it: what faults show. */
  readonly file: string;
  readonly text: string;
  placeOf(offset: number): Place;
  /** A line without its line break, as it may be shown: credentials are masked, their width is kept for the caret. */
  line(number: number): string;
}

export function openSource(file: string, text: string): Source {
  return sourceOf(file, text, (line) => maskCredentials(printable(line)));
}

/** The same file with these parts masked where a line is shown, and what stands behind them in a comment. */
export function concealing({ file, text }: Source, ranges: readonly Range[]): Source {
  return sourceOf(file, text, (line, start) => {
    const masked = ranges.reduce((shown, range) => maskRange(shown, start, range), line);
    return maskCredentials(printable(masked));
  });
}

/** The same for a file that cannot be parsed: nobody knows which of its values are secret. Names of settings stay. */
export function concealingValues({ file, text }: Source): Source {
  return sourceOf(file, text, (line) => maskValues(printable(line)));
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

const REFERENCE_OR_TEXT = /\$\{[A-Za-z_]\w*\}|[^\s]/g;

/** Characters become stars; variables stay, which say where the value comes from. */
function starred(text: string): string {
  return text.replace(REFERENCE_OR_TEXT, (part) => (part.length > 1 ? part : "*"));
}

function maskRange(line: string, lineStart: number, [from, to]: Range): string {
  const start = Math.max(0, from - lineStart);
  const end = Math.min(line.length, to - lineStart);
  if (start >= end) return line;
  const behind = line.slice(end);
  // the tail of a secret with a # in it, more often than not
  const tail = behind.replace(/(?<=^|\s)#.*$/, starred);
  return line.slice(0, start) + starred(line.slice(start, end)) + tail;
}

/** A variable, the name of a setting with its colon, brackets and list marks: what may be seen of a line that nobody can read. */
const HARMLESS = /^(?:\$\{[A-Za-z_]\w*\}|[a-z][a-z_]{1,30}:|[-{}[\],"':|>&*]+)$/;

function maskValues(line: string): string {
  const comment = line.search(/(^|\s)#/);
  const body = comment === -1 ? line : line.slice(0, comment);
  const masked = body.replace(/\$\{[A-Za-z_]\w*\}|[a-z][a-z_]*:|[{}[\],"']|[^\s{}[\],"']+/g, (part) =>
    HARMLESS.test(part) ? part : "*".repeat(part.length),
  );
  return masked + starred(line.slice(body.length));
}

const CREDENTIAL_LINE = /^(.*?(?:auth|cookie|key|passw|secret|token)[\w-]*["']?\s*:\s+)(\S.*)$/i;
/** The same at the beginning of a line, where the colon, or the space behind it, was forgotten. */
const CREDENTIAL_SLIP =
  /^(\s*(?:- )?["']?[\w-]*(?:auth|cookie|key|passw|secret|token)[\w-]*["']?(?:\s*[:=]\s*|\s+))(\S.*)$/i;
const PASSWORD_IN_URL = /(:\/\/[^\s/@:]*:)([^\s/@]+)(?=@)/g;

/**
 * Hides what looks like a credential. A file that cannot be parsed cannot say which of its values are secret,
 * and its lines reach terminals and logs all the same.
 */
function maskCredentials(line: string): string {
  const mask = (whole: string, name: string, value: string) =>
    /^["']?\$\{|^\{|^[|>&*#:=]/.test(value) ? whole : name + stars(value);
  const masked = line.replace(CREDENTIAL_LINE, mask).replace(CREDENTIAL_SLIP, mask);
  return masked.replace(PASSWORD_IN_URL, (whole, before: string, password: string) =>
    password.startsWith("${") ? whole : before + "*".repeat(password.length),
  );
}

/** The value's own width in stars, and what stands behind it. */
function stars(value: string): string {
  return "*".repeat(value.length);
}
