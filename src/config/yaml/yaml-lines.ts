/** The line that confused the parser, in a marketer's words: what was forgotten there, or is too much. Pure. */
import { isCredentialName } from "../../basics/credential-names.ts";
import { closingPlace } from "./brackets.ts";
import { quotingMend } from "./mending.ts";
import type { RawFault } from "./raw-fault.ts";

/** A file that cannot be parsed: any word of it may be a secret, but those that are names of settings. */
export interface Unread {
  readonly text: string;
  isName(word: string): boolean;
}

/** What the parser found, and the line that it is on. */
export interface FoundByParser extends Unread {
  readonly offset: number;
  /** The library's own words. */
  readonly message: string;
  readonly line: string;
  readonly lineStart: number;
}

export function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

export function inQuotes({ offset, text }: FoundByParser, what: string): RawFault {
  const hasDouble = text.slice(offset, endOfLine(text, offset)).includes('"');
  return { offset, what, todo: `put the whole value in ${hasDouble ? "single" : "double"} quotes` };
}

/** The same of a value that YAML takes for something of its own from its first sign on. */
export function wantsQuotes(found: FoundByParser, what: string): RawFault {
  return { ...inQuotes(found, what), mend: quotingMend(found.text, found.offset) };
}

/** A sign, or a blank, that the parser misses; which one, only its message says. */
export function missingCharacter(found: FoundByParser): RawFault {
  const { offset, message, text } = found;
  const closing = /closing (["'])/.exec(message)?.[1];
  if (closing !== undefined) {
    const what = `a text that begins with ${closing} never ends`;
    return { offset: openingQuote(text, closing) ?? offset, what, todo: `add the closing ${closing}` };
  }
  const bracket = / (?:end with|closing) (?:a )?([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) return unclosed(found, bracket);
  if (message.startsWith("Missing , ")) {
    return {
      offset,
      what: "a comma is missing before this",
      todo: "put a comma between two entries, or quotes around the value",
      mend: { offset, removed: 0, inserted: ", " },
    };
  }
  if (message.startsWith("Comments must be")) {
    const todo = "put one there if a comment follows, else the whole value in quotes";
    return { offset, what: "a blank is missing before the #", todo };
  }
  if (message.startsWith("Tags and anchors")) return wantsQuotes(found, "a value that begins with & or ! needs quotes");
  if (message.startsWith("Sequence item without")) return withoutDash(offset);
  return missingColon(found);
}

/** The library blames the pair of lines; the culprit is the line that has no colon. */
function missingColon({ offset, line, lineStart, text, isName }: FoundByParser): RawFault {
  const named = (word = "") => (isName(word) ? word : "name");
  const ofAnother = commentOfOthers(line, lineStart);
  if (ofAnother !== undefined) return ofAnother;
  const glued = /^\s*(?:- )?([\w-]+):([^\s/].*)$/.exec(line);
  if (glued !== null) {
    const todo = `write \`${named(glued[1])}: ${harmless(glued[1], glued[2])}\``;
    return { offset: lineStart + line.indexOf(":") + 1, what: "a space is missing after the colon", todo };
  }
  if (isValueBelow({ text, line, lineStart })) return valueTooShallow(offset);
  if (/^\s*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*=/.test(line)) {
    const todo = "put it into .env, or write `name: value`";
    return { offset, what: "this is a line of .env, and no setting", todo };
  }
  const words = /^\s*(?:- )?([\w-]+)(?:[ =]+(\S.*))?$/.exec(line);
  if (words === null) return { offset, what: "a colon is missing", todo: "write `name: value`" };
  const todo = `write \`${named(words[1])}:${words[2] === undefined ? "" : ` ${harmless(words[1], words[2])}`}\``;
  return { offset, what: `a colon is missing after "${named(words[1])}"`, todo };
}

/** On the line behind a name that has no value there. */
function isValueBelow({ text, line, lineStart }: Pick<FoundByParser, "text" | "line" | "lineStart">): boolean {
  const isValue = /^\s*(?:["']|[a-z][a-z0-9+.-]*:\/\/|\$\{)/.test(line) || /^\s*[^\s:=#-][^:=]*$/.test(line);
  const before = lineBefore(text, lineStart);
  return isValue && /:\s*$/.test(before) && line.search(/\S/) <= before.search(/\S/);
}

function valueTooShallow(offset: number): RawFault {
  const todo = "indent it two columns more than the name above, or write it behind that name's colon";
  return { offset, what: "a value stands here that belongs to the name on the line above", todo };
}

/** What begins a comment to other programs: two slashes, a slash and a star, two dashes, a semicolon. */
function commentOfOthers(line: string, lineStart: number): RawFault | undefined {
  const begin = /^\s*(?:\/\/|\/\*|--\s|;)/.test(line) ? line.search(/\S/) : -1;
  if (begin === -1) return undefined;
  const what = "this begins no comment in YAML";
  return { offset: lineStart + begin, what, todo: "begin the line with # instead" };
}

function lineBefore(text: string, lineStart: number): string {
  return text.slice(text.lastIndexOf("\n", lineStart - 2) + 1, Math.max(0, lineStart - 1));
}

/** The library points at the end of the file; the culprit is the first quote that is not closed on its line. */
function openingQuote(text: string, quote: string): number | undefined {
  const unclosed = quote === '"' ? /(?:^|[\s[{,])"(?:\\.|[^"\\\n])*$/m : /(?:^|[\s[{,])'(?:''|[^'\n])*$/m;
  const match = unclosed.exec(text);
  return match === null ? undefined : match.index + match[0].indexOf(quote);
}

/** Values may be secret: a fault shows none but a yes, a no or a small number. */
export function harmless(name: string | undefined, value: string | undefined): string {
  const isHarmless = value !== undefined && /^(true|false|\d{1,5})$/.test(value);
  return isHarmless && !isCredentialName(name ?? "") ? value : "…";
}

export const TABBED = { what: "the line is indented with a tab", todo: "use spaces, two for each level" } as const;

export function badIndent(found: FoundByParser): RawFault {
  const { offset, message, line, lineStart } = found;
  if (/^ *\t/.test(line)) return { offset: lineStart, ...TABBED };
  const begin = lineStart + line.search(/\S|$/);
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) return isShallow(found, bracket) ? shallowBrackets(begin) : unclosed(found, bracket);
  if (isBesideDash(found)) return withoutDash(begin);
  if (isValueBelow(found)) return valueTooShallow(begin);
  const what = "the line is indented unlike its neighbours";
  return { offset, what, todo: "settings of one block begin in the same column" };
}

/** Lines between brackets, as JSON is pasted: one ends with the opening bracket, and another begins with the closing one. */
function isShallow({ text, lineStart }: FoundByParser, bracket: string): boolean {
  const isOpened = /[[{]\s*$/.test(lineBefore(text, lineStart));
  return (
    isOpened &&
    text
      .slice(lineStart)
      .split("\n")
      .some((line) => line.trimStart().startsWith(bracket))
  );
}

function shallowBrackets(offset: number): RawFault {
  const what = "the lines between the brackets are not indented below the name that they belong to";
  return { offset, what, todo: "indent them, the closing bracket as well, two columns more than that name" };
}

/** `-name: value`, as the line before or this one: a dash is one with a blank behind it. */
function gluedDash({ text, line, lineStart }: FoundByParser): RawFault | undefined {
  for (const [start, one] of [
    [lineStart - lineBefore(text, lineStart).length - 1, lineBefore(text, lineStart)],
    [lineStart, line],
  ] as const) {
    const dash = /^\s*-(?=[A-Za-z_][\w-]*:(?:\s|$))/.exec(one);
    if (dash === null) continue;
    return {
      offset: start + dash[0].length - 1,
      what: "a blank is missing behind the -",
      todo: "write `- name: value`",
    };
  }
  return undefined;
}

function unclosed({ offset, text, lineStart }: FoundByParser, bracket: string): RawFault {
  const what = `the closing ${bracket} is missing`;
  const isLineStart = text.slice(lineStart, offset).trim() === "";
  const todo = offset >= text.length ? `add ${bracket}` : `add ${bracket} before this${isLineStart ? " line" : ""}`;
  const place = closingPlace(text, bracket, offset);
  if (place === undefined) return { offset, what, todo };
  return { offset, what, todo, mend: { offset: place, removed: 0, inserted: bracket } };
}

/** Below an entry of a list, in the column of its dash. */
function isBesideDash({ text, line, lineStart }: FoundByParser): boolean {
  const before = text.slice(0, lineStart).trimEnd();
  const lineBefore = before.slice(before.lastIndexOf("\n") + 1);
  return /^\s*- /.test(lineBefore) && !/^\s*-/.test(line) && lineBefore.search(/\S/) === line.search(/\S/);
}

function withoutDash(offset: number): RawFault {
  const todo = "indent it two columns more if it belongs to the entry above, or begin it with - and a blank";
  return { offset, what: "the line stands where an entry of the list would, and does not begin with -", todo };
}

/** `a: b: c`, or a line that is indented deeper than the setting before it. */
export function nested(found: FoundByParser): RawFault {
  const { offset, text, line, lineStart, message } = found;
  const glued = gluedDash(found);
  if (glued !== undefined) return glued;
  if (message.startsWith("A block sequence")) {
    const todo = "begin the list on the next line, or put the whole value in quotes";
    return { offset, what: "a list cannot begin on the line of its name", todo };
  }
  const inLine = offset - lineStart;
  const isTwoColons = (line.slice(inLine).match(/:(\s|$)/g) ?? []).length > 0 && line.slice(0, inLine).includes(":");
  const next = endOfLine(text, offset) + 1;
  const nextLine = text.slice(next, endOfLine(text, next));
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  const nextIndent = /^ */.exec(nextLine)?.[0].length ?? 0;
  if (!isTwoColons || nextIndent > indent) {
    const deeper = next + nextIndent;
    const what = "the line is indented deeper than the setting before it, which already has a value";
    return { offset: deeper < text.length ? deeper : offset, what, todo: "let both begin in the same column" };
  }
  return inQuotes(found, 'the value contains ": ", which YAML takes for another setting');
}

export const NO_COMMA = "remove it: what stands on a line of its own has none behind it";

/** A value, and then more of it. */
export function unexpected(found: FoundByParser): RawFault {
  const { offset, message, text } = found;
  if (message.startsWith("Block scalar header"))
    return wantsQuotes(found, "a value that begins with | or > needs quotes");
  if (message.startsWith("Unexpected block-seq-ind")) return nested({ ...found, message: "A block sequence" });
  if (/^Unexpected (?:,|empty item) /.test(message)) {
    const mend = { offset: text.lastIndexOf(",", offset - 1), removed: 1, inserted: "" };
    const isThere = mend.offset !== -1 && text.slice(mend.offset + 1, offset).trim() === "";
    return { offset, what: "there is a comma too many before this", todo: "remove it", ...(isThere && { mend }) };
  }
  const character = text[offset];
  const mend = { offset, removed: 1, inserted: "" };
  if (character === "," && /^,\s*(?:\n|$)/.test(text.slice(offset))) {
    return { offset, what: "a comma stands behind the value", todo: NO_COMMA, mend };
  }
  if (character === "]" || character === "}") {
    return {
      offset,
      what: `there is a ${character} too many here`,
      todo: "remove it, or put the whole value in quotes",
      mend,
    };
  }
  return inQuotes(found, "there is something behind the end of the value");
}
