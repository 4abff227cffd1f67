/** Look-alikes where YAML wants a sign of its own: looked for once a file cannot be read as YAML. Pure. */
import {
  type LookAlike,
  lookAlikeAt,
  lookAlikeName,
  lookAlikesIn,
  plainWords,
  straightened,
} from "../../basics/look-alikes.ts";
import { bareLine, LONGEST_LINE, VALUE_START } from "./bare-line.ts";
import type { RawFault } from "./raw-fault.ts";
import { NO_COMMA } from "./yaml-lines.ts";

/** More of them are one mistake: a whole file from another keyboard. */
const MOST = 10;

/** A quote of another kind that was to close the one before it, where a straight one further on did. */
function oddClosings(line: string): LookAlike[] {
  return lookAlikesIn(line).filter(
    ({ index, plain }) => /["']/.test(plain) && /^\s*(?:[,\]}]|$)/.test(line.slice(index + 1)),
  );
}

/**
 * In the file's order. What stands in quotes, in comments and in texts of several lines means itself, unless nothing else is odd.
 * @param at where the parser gave up
 */
export function oddSigns(text: string, at: number): RawFault[] {
  const found = bareSigns(text);
  if (found.length > 0) return found;
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const [line = ""] = text.slice(start).split("\n", 1);
  return oddClosings(line.slice(0, LONGEST_LINE)).map((one) => faultAt(start + one.index, one));
}

function bareSigns(text: string): RawFault[] {
  const found: RawFault[] = [];
  let depth = 0;
  let folded: number | undefined;
  let offset = 0;
  for (const line of text.split("\n")) {
    if (folded !== undefined && line.trim() !== "" && indentOf(line) <= folded) folded = undefined;
    if (folded === undefined) {
      const isLast = ({ plain, index }: LookAlike) =>
        plain === "," && depth === 0 && line.slice(index + 1).trim() === "";
      found.push(...inLine(line, depth).map((one) => faultAt(offset + one.index, one, isLast(one))));
      const plain = straightened(bareLine(line).bare);
      depth = Math.max(0, depth + count(plain, /[[{]/g) - count(plain, /[\]}]/g));
      if (/(?:^|[\s:-])[|>][-+\d]*\s*$/.test(plain)) folded = indentOf(line);
    }
    offset += line.length + 1;
    if (found.length >= MOST) break;
  }
  return found.slice(0, MOST);
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** What is wrong with one of them, and the one to type. */
function faultAt(offset: number, one: LookAlike, isLast = false): RawFault {
  const todo = one.plain === ":" ? "type : and a blank behind it" : isLast ? NO_COMMA : plainWords(one);
  return { offset, what: `${lookAlikeName(one)} stands here`, todo };
}

function inLine(whole: string, depth: number): LookAlike[] {
  const line = whole.slice(0, LONGEST_LINE);
  const { bare, open } = bareLine(line);
  const odd = lookAlikesIn(bare).filter((one, at, all) => {
    const before = straightened(bare.slice(0, one.index));
    // of a run one is enough
    const isRun = all[at - 1]?.index === one.index - 1 && all[at - 1]?.name === one.name;
    return !isRun && isSign(one, before, bare.slice(one.index + 1), depth + openIn(before));
  });
  return [...odd, ...closer(line, open)];
}

function openIn(before: string): number {
  return count(before, /[[{]/g) - count(before, /[\]}]/g);
}

/** `"abc”`: what was to close the quote. */
function closer(line: string, open: number | undefined): LookAlike[] {
  if (open === undefined) return [];
  const behind = lookAlikesIn(line).filter(({ index, plain }) => index > open && plain === line[open]);
  return behind.slice(-1);
}

/** A name that may stand before a colon. */
const NAME = /(?:^|[{,[])\s*(?:- +)*["']?[\w.@-]+["']?\s*$/;

/** Behind what was to open a quote. */
const OPEN = /(?:^\s*|[:[{,]\s*|- +)["'][^"']*$/;

/** @param before with look-alikes as what they are taken for */
function isSign({ plain }: LookAlike, before: string, behind: string, depth: number): boolean {
  const isStart = VALUE_START.test(before);
  switch (plain) {
    case "":
      return true;
    case " ":
      return /(?:^\s*|[:[\]{},"'-]\s*)$/.test(before) || behind.startsWith("#");
    case ":":
      return NAME.test(before);
    case ",":
      return depth > 0 || (/["']\s*$/.test(before) && behind.trim() === "");
    case "[":
    case "{":
      return isStart;
    case "]":
    case "}":
      return depth > 0;
    case '"':
    case "'":
      return isStart || depth > 0 || OPEN.test(before);
    case "#":
      return /(?:^|\s)$/.test(before);
    case "|":
    case ">":
      return isStart && behind.trim() === "";
    case "&":
    case "*":
      return isStart && /^\w/.test(behind);
    case "$":
      return behind.startsWith("{") || lookAlikeAt(behind, 0)?.plain === "{";
    case "-":
      return before.trim() === "";
    default:
      return (
        /\w/.test(plain) &&
        /(?:^|[{,])\s*(?:- +)*["']?[\w-]*$/.test(before) &&
        /^[\w-]*["']?\s*:/.test(straightened(behind))
      );
  }
}
