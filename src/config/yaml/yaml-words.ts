/** The YAML library's findings, in a marketer's words: a closed table by its codes. */
import type { ErrorCode } from "yaml";
import { isOrdinary } from "../credentials/ordinary.ts";
import type { Mend, RawFault } from "./raw-fault.ts";
import { unquotedTemplate } from "./unquoted-template.ts";
import {
  badIndent,
  endOfLine,
  type FoundByParser,
  missingCharacter,
  nested,
  TABBED,
  type Unread,
  unexpected,
  wantsQuotes,
} from "./yaml-lines.ts";

/** Levels of settings. Ours have six. */
export const DEEPEST = 40;

/**
 * @param offset where the library found it
 * @param message the library's own words, which tell findings of one code apart
 */
export function yamlFault(code: string, offset: number, message: string, unread: Unread): RawFault {
  const { text } = unread;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart, endOfLine(text, lineStart));
  if (offset > 0 && text.startsWith("${", offset - 1)) {
    const what = "a variable inside of { } or [ ] needs quotes";
    return { offset: offset - 1, what, todo: 'write "${NAME}"', mend: quotedVariable(text, offset - 1) };
  }
  if (/call stack/i.test(message)) return tooDeep(offset);
  const other = otherFormat(text) ?? partedAnchor(line, lineStart);
  if (other !== undefined) return other;
  const found: FoundByParser = { ...unread, offset, message, line, lineStart };
  return unquotedTemplate(found) ?? (isKnown(code) ? WORDS[code](found) : unknown(found));
}

/** A whole file that was written for another program. */
function otherFormat(text: string): RawFault | undefined {
  const begin = /^(?:[ \t]*(?:[#;].*)?\n)*/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(begin);
  const isIni = /^\[\[?[\w.-]+\]\]?[ \t]*\n(?:[ \t]*\n)*[ \t]*[\w.-]+[ \t]*=/.test(rest);
  const name = isIni ? "TOML or INI" : /^<(?:\?xml|!doctype|[a-z][\w-]*[ >])/i.test(rest) ? "XML or HTML" : undefined;
  if (name === undefined) return undefined;
  const what = `this is ${name}, and a configuration is YAML`;
  return { offset: begin, what, todo: "write it as bridge.example.yaml is written; `init` makes a first one" };
}

/** `retry: & later { … }` */
function partedAnchor(line: string, lineStart: number): RawFault | undefined {
  const parted = /^\s*(?:- )?[\w-]+:\s+&(?=\s+\w+\s+[{[])/.exec(line);
  if (parted === null) return undefined;
  const offset = lineStart + parted[0].length - 1;
  return { offset, what: "a blank stands behind the &", todo: "write &name, with the blank behind the name" };
}

function quotedVariable(text: string, offset: number): Mend {
  const [reference = ""] = /^\$\{[^}\n]*\}?/.exec(text.slice(offset)) ?? [];
  return { offset, removed: reference.length, inserted: '"_"' };
}

type Words = (found: FoundByParser) => RawFault;

/** Words that are the same whatever stands there. */
const always =
  (what: string, todo: string): Words =>
  ({ offset }) => ({ offset, what, todo });

/** A value that YAML takes for something of its own. */
const quotes =
  (what: string): Words =>
  (found) =>
    wantsQuotes(found, what);

const REFERENCE = quotes("a value that begins with * or & needs quotes");
const TAG = always("the tag (a word that begins with !) is not known", "remove it, or put the value in quotes");

/** Every code that the library has. */
const WORDS: Readonly<Record<ErrorCode, Words>> = {
  ALIAS_PROPS: REFERENCE,
  BAD_ALIAS: REFERENCE,
  BAD_COLLECTION_TYPE: TAG,
  BAD_DIRECTIVE: always(
    "a line that begins with % is an instruction for YAML, and none that it knows",
    "remove the line",
  ),
  BAD_DQ_ESCAPE: always(
    "a backslash and the letter behind it mean nothing inside of double quotes",
    "write \\\\ for a backslash, or use single quotes",
  ),
  BAD_INDENT: badIndent,
  BAD_PROP_ORDER: quotes("a value that begins with & or ! needs quotes"),
  BAD_SCALAR_START: (found) => wantsQuotes(found, `a value that begins with ${found.text[found.offset]} needs quotes`),
  BLOCK_AS_IMPLICIT_KEY: nested,
  BLOCK_IN_FLOW: always(
    "inside of { } and [ ] nothing can stand on lines of its own, with a colon or a dash",
    "put commas between the entries, or remove the brackets",
  ),
  DUPLICATE_KEY: always("a name stands here for the second time", "keep one of them"),
  IMPOSSIBLE: unknown,
  KEY_OVER_1024_CHARS: always(
    "what stands before this colon is too long for a name",
    "look for a quote or a bracket that is missing before it",
  ),
  MISSING_CHAR: missingCharacter,
  MULTILINE_IMPLICIT_KEY: missingCharacter,
  MULTIPLE_ANCHORS: REFERENCE,
  MULTIPLE_DOCS: always("`---` begins a second document", "keep everything in one: remove the line"),
  MULTIPLE_TAGS: TAG,
  NON_STRING_KEY: always("the name of a setting must be a plain word", "write `name: value`"),
  RESOURCE_EXHAUSTION: ({ offset }) => tooDeep(offset),
  TAB_AS_INDENT: always(TABBED.what, TABBED.todo),
  TAG_RESOLVE_FAILED: TAG,
  UNEXPECTED_TOKEN: unexpected,
};

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(WORDS, code);
}

/** What no code names. Of the library's message what it says itself: behind a colon, or in quotes, it quotes the file. */
function unknown({ offset, message }: FoundByParser): RawFault {
  const [words = ""] = message.split(/[:\n"'`]/, 1);
  const what = `this is not YAML; its parser says “${words.trim().slice(0, 80)}”`;
  return { offset, what, todo: "compare it with bridge.example.yaml" };
}

export function duplicateKey(key: string, offset: number): RawFault {
  const name = isOrdinary(key) ? `"${key.slice(0, 64)}"` : `a name of ${key.length} characters`;
  return { offset, what: `${name} stands here for the second time`, todo: "keep one of them" };
}

/** `{ a: 1,000,000 }` */
export function splitNumber(offset: number): RawFault {
  const what = "the comma before this begins another entry inside of { }";
  return { offset, what, todo: "write the number without commas" };
}

export function tooDeep(offset: number): RawFault {
  const what = `settings are nested more than ${DEEPEST} deep`;
  return { offset, what, todo: "look for brackets or spaces that are too many" };
}
