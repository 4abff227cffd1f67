/** The YAML library's findings, in a marketer's words. */
import type { ErrorCode } from "yaml";
import { isCredentialName } from "../../basics/credential-names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";

/** A fault at an offset, before it has a line. */
export interface RawFault {
  readonly offset: number;
  readonly what: string;
  readonly todo: string;
}

/** Levels of settings. Ours have six. */
export const DEEPEST = 40;

/** A file that cannot be parsed: any word of it may be a secret, but those that are names of settings. */
export interface Unread {
  readonly text: string;
  isName(word: string): boolean;
}

/**
 * @param offset where the library found it
 * @param message the library's own words, for what we have none for
 */
export function yamlFault(code: ErrorCode | string, offset: number, message: string, unread: Unread): RawFault {
  const { text } = unread;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart, endOfLine(text, lineStart));
  if (offset > 0 && text.startsWith("${", offset - 1)) {
    const what = "a variable inside of { } or [ ] needs quotes";
    return { offset: offset - 1, what, todo: 'write "${NAME}"' };
  }
  if (/call stack/i.test(message)) return tooDeep(offset);
  switch (code) {
    case "TAB_AS_INDENT":
      return { offset, what: "the line is indented with a tab", todo: "use spaces, two for each level" };
    case "MULTILINE_IMPLICIT_KEY":
    case "MISSING_CHAR":
      return missingCharacter(offset, message, line, lineStart, unread);
    case "BAD_INDENT":
      return badIndent(offset, message);
    case "BLOCK_AS_IMPLICIT_KEY":
      return nested(offset, text, line, lineStart);
    case "BAD_SCALAR_START":
      return quotes(offset, `a value that begins with ${text[offset]} needs quotes`, text);
    case "UNEXPECTED_TOKEN":
      return quotes(offset, "there is something behind the end of the value", text);
    case "BAD_DQ_ESCAPE":
      return {
        offset,
        what: "a backslash and the letter behind it mean nothing inside of double quotes",
        todo: "write \\\\ for a backslash, or use single quotes",
      };
    case "MULTIPLE_DOCS":
      return { offset, what: "`---` begins a second document", todo: "keep everything in one: remove the line" };
    case "TAG_RESOLVE_FAILED":
      return {
        offset,
        what: "the tag (a word that begins with !) is not known",
        todo: "remove it, or put the value in quotes",
      };
    case "BAD_ALIAS":
      return quotes(offset, "a value that begins with * or & needs quotes", text);
    default:
      return {
        offset,
        what: `this is not YAML (${ownWords(message)})`,
        todo: "compare it with bridge.example.yaml",
      };
  }
}

/** Of the library's message what it says itself: behind a colon, or in quotes, it quotes the file. */
function ownWords(message: string): string {
  const [words = ""] = message.split(/[:\n"'`]/, 1);
  return words.trim().slice(0, 80);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

export function duplicateKey(key: string, offset: number): RawFault {
  const name = isOrdinary(key) ? `"${key.slice(0, 64)}"` : `a name of ${key.length} characters`;
  return { offset, what: `${name} stands here for the second time`, todo: "keep one of them" };
}

export function tooDeep(offset: number): RawFault {
  const what = `settings are nested more than ${DEEPEST} deep`;
  return { offset, what, todo: "look for brackets or spaces that are too many" };
}

/** The library blames the pair of lines; the culprit is the line that has no colon. */
function missingCharacter(
  offset: number,
  message: string,
  line: string,
  lineStart: number,
  { text, isName }: Unread,
): RawFault {
  const named = (word = "") => (isName(word) ? word : "name");
  const closing = /closing (["'])/.exec(message)?.[1];
  if (closing !== undefined) {
    const what = `a text that begins with ${closing} never ends`;
    return { offset: openingQuote(text, closing) ?? offset, what, todo: `add the closing ${closing}` };
  }
  const bracket = / (?:end with|closing) (?:a )?([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) return { offset, what: `the closing ${bracket} is missing`, todo: `add ${bracket}` };
  const glued = /^\s*(?:- )?([\w-]+):([^\s/].*)$/.exec(line);
  if (glued !== null) {
    const at = lineStart + line.indexOf(":") + 1;
    return {
      offset: at,
      what: "a space is missing after the colon",
      todo: `write \`${named(glued[1])}: ${shown(glued[1], glued[2])}\``,
    };
  }
  const words = /^\s*(?:- )?([\w-]+)(?:[ =]+(\S.*))?$/.exec(line);
  if (words !== null) {
    const todo = `write \`${named(words[1])}:${words[2] === undefined ? "" : ` ${shown(words[1], words[2])}`}\``;
    return { offset, what: `a colon is missing after "${named(words[1])}"`, todo };
  }
  return { offset, what: "a colon is missing", todo: "write `name: value`" };
}

/** The library points at the end of the file; the culprit is the first quote that is not closed on its line. */
function openingQuote(text: string, quote: string): number | undefined {
  const unclosed = quote === '"' ? /(?:^|[\s[{,])"(?:\\.|[^"\\\n])*$/m : /(?:^|[\s[{,])'(?:''|[^'\n])*$/m;
  const match = unclosed.exec(text);
  return match === null ? undefined : match.index + match[0].indexOf(quote);
}

/** Values may be secret: a fault shows none but a yes, a no or a small number. */
function shown(name: string | undefined, value: string | undefined): string {
  const isHarmless = value !== undefined && /^(true|false|\d{1,5})$/.test(value);
  return isHarmless && !isCredentialName(name ?? "") ? value : "…";
}

function badIndent(offset: number, message: string): RawFault {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined)
    return { offset, what: `the closing ${bracket} is missing`, todo: `add ${bracket} before this line` };
  const what = "the line is indented unlike its neighbours";
  return { offset, what, todo: "settings of one block begin in the same column" };
}

/** `a: b: c`, or a line that is indented deeper than the setting before it. */
function nested(offset: number, text: string, line: string, lineStart: number): RawFault {
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
  return quotes(offset, 'the value contains ": ", which YAML takes for another setting', text);
}

function quotes(offset: number, what: string, text: string): RawFault {
  const hasDouble = text.slice(offset, endOfLine(text, offset)).includes('"');
  return { offset, what, todo: `put the whole value in ${hasDouble ? "single" : "double"} quotes` };
}
