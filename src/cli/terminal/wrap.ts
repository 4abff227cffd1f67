/** Lines that fit a terminal: broken between words, and in a word that is longer than a line. Colours have no width. Pure. */
import { stripVTControlCharacters } from "node:util";
import { displayWidth, splitAtWidth } from "../../basics/width.ts";

/** What goes on in another line stands so much further right, in columns. */
const CONTINUED = 4;

/** In fewer columns no part of a word is worth it. */
const FEWEST = 12;

/** Each line of a text, fitted. */
export function fittedLines(text: string, columns: number): string {
  if (columns === Number.POSITIVE_INFINITY) return text;
  return text
    .split("\n")
    .map((line) => fitted(line, columns))
    .join("\n");
}

/**
 * A line that may be too long for the screen. It goes on below what stands behind a gap (`received  2026…`), as long as half of the
 * screen is left for it, else a little further right than it began.
 */
export function fitted(line: string, columns: number): string {
  const seen = stripVTControlCharacters(line);
  if (displayWidth(seen) <= columns) return line;
  const indent = seen.length - seen.trimStart().length;
  const hanging = hangingOf(seen, indent, columns);
  const [first = "", ...more] = wrapped(unindented(line, indent), Math.max(1, columns - hanging), columns - indent);
  return [" ".repeat(indent) + first, ...more.map((rest) => " ".repeat(hanging) + rest)].join("\n");
}

/** A colour may begin before the blanks. */
function unindented(line: string, indent: number): string {
  const [before = ""] = COLOURS_BEFORE.exec(line) ?? [];
  return before + line.slice(before.length + indent);
}

function hangingOf(seen: string, indent: number, columns: number): number {
  const label = /^ *\S.*? {2,}/.exec(seen)?.[0];
  const half = Math.floor(columns / 2);
  const behind = label === undefined ? half + 1 : displayWidth(label);
  if (behind <= half) return behind;
  return Math.min(indent + CONTINUED, half);
}

/** @param first columns of the first line, where it has more or fewer */
export function wrapped(text: string, columns: number, first = columns): string[] {
  const lines: string[] = [];
  let line = "";
  const room = () => Math.max(1, lines.length === 0 ? first : columns);
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (seenWidth(longer) <= room()) {
      line = longer;
      continue;
    }
    // one that no line has room for begins where there is room for a part of it
    const isTooLong = seenWidth(word) > columns && room() - seenWidth(line) > FEWEST;
    if (seenWidth(line) > 0 && !isTooLong) lines.push(line.trimEnd());
    line = isTooLong ? longer : word;
    while (seenWidth(line) > room()) {
      const [head, rest] = split(line, room());
      lines.push(head);
      line = rest;
    }
  }
  return [...lines, line.trimEnd()];
}

function seenWidth(text: string): number {
  return displayWidth(stripVTControlCharacters(text));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOUR = /(\u001b\[[\d;]*m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same
const COLOURS_BEFORE = /^(?:\u001b\[[\d;]*m)+/;

/** A painted word in two; the colours of its end stay at its end. At least one character goes, whatever its width. */
function split(word: string, columns: number): readonly [head: string, rest: string] {
  const parts = word.split(COLOUR);
  let head = "";
  for (let at = 0, left = columns; at < parts.length; at += 1) {
    const part = parts[at] ?? "";
    if (at % 2 === 1 || displayWidth(part) <= left) {
      head += part;
      left -= at % 2 === 1 ? 0 : displayWidth(part);
      continue;
    }
    const [fits, rest] =
      left === columns && splitAtWidth(part, left)[0] === "" ? firstOf(part) : splitAtWidth(part, left);
    return [head + fits, rest + parts.slice(at + 1).join("")];
  }
  return [head, ""];
}

function firstOf(text: string): readonly [head: string, rest: string] {
  const [first = ""] = text;
  return [first, text.slice(first.length)];
}
