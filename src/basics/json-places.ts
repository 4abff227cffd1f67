/**
 * Where in a JSON text something stands, or where it stops being JSON: runtimes tell neither alike, nor a value's place. Looks at a text
 * once from its beginning, and reads nothing of it. Pure.
 */

/** A place in a text, both from 1; a column is a character. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export type JsonLook =
  /** Where the value at this path stands; of what is not there, the innermost value around it. */
  | { readonly ok: true; readonly place: TextPlace; readonly isThere: boolean }
  /** Where the text is no JSON any more, and why. */
  | { readonly ok: false; readonly place: TextPlace; readonly what: string };

export type JsonPath = readonly (string | number)[];

/** @param path names of members, and numbers of elements from 0 */
export function lookForJson(text: string, path: JsonPath = []): JsonLook {
  const scan: Scan = { text, at: 0, found: 0, isThere: false };
  try {
    valueAt(scan, path, 0);
    skipBlanks(scan);
    if (scan.at < text.length) fault(scan, "nothing behind its end");
    return { ok: true, place: placeAt(text, scan.found), isThere: scan.isThere };
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    return { ok: false, place: placeAt(text, error.at), what: error.message };
  }
}

/** `SubscribeAccountList[3].Subscriber_Account` as a path. */
export function jsonPath(text: string): JsonPath {
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) => (index === undefined ? name : Number(index)));
}

export function placeAt(text: string, at: number): TextPlace {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: [...(before.at(-1) ?? "")].length + 1 };
}

interface Scan {
  readonly text: string;
  at: number;
  /** Of the innermost value on the path. */
  found: number;
  /** Whether that is the path's end. */
  isThere: boolean;
}

class NoJson extends Error {
  readonly at: number;
  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

/** A callback has three levels. */
const DEEPEST = 100;

/** @param path what is still to go down to; undefined beside it */
function valueAt(scan: Scan, path: JsonPath | undefined, depth: number): void {
  skipBlanks(scan);
  if (path !== undefined) scan.found = scan.at;
  if (path?.length === 0) scan.isThere = true;
  if (depth > DEEPEST) fault(scan, `no more than ${DEEPEST} levels`);
  const first = scan.text[scan.at];
  if (first === "{") objectAt(scan, path, depth);
  else if (first === "[") arrayAt(scan, path, depth);
  else if (first === '"') stringAt(scan);
  else if (!taken(scan, NUMBER) && !taken(scan, WORD)) fault(scan, "a value");
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

function objectAt(scan: Scan, path: JsonPath | undefined, depth: number): void {
  listed(scan, "}", () => {
    if (scan.text[scan.at] !== '"') fault(scan, "a name in double quotes");
    const name = stringAt(scan);
    skipBlanks(scan);
    if (scan.text[scan.at] !== ":") fault(scan, "`:` behind the name");
    scan.at += 1;
    valueAt(scan, path?.[0] === name ? path.slice(1) : undefined, depth + 1);
  });
}

function arrayAt(scan: Scan, path: JsonPath | undefined, depth: number): void {
  let index = 0;
  listed(scan, "]", () => {
    valueAt(scan, path?.[0] === index ? path.slice(1) : undefined, depth + 1);
    index += 1;
  });
}

/** What stands between brackets, with commas. */
function listed(scan: Scan, end: "}" | "]", one: () => void): void {
  scan.at += 1;
  skipBlanks(scan);
  if (scan.text[scan.at] === end) {
    scan.at += 1;
    return;
  }
  for (;;) {
    skipBlanks(scan);
    one();
    skipBlanks(scan);
    const next = scan.text[scan.at];
    if (next !== "," && next !== end) fault(scan, `\`,\` or \`${end}\``);
    scan.at += 1;
    if (next === end) return;
  }
}

/** Returns what the string says. */
function stringAt(scan: Scan): string {
  const from = scan.at;
  scan.at += 1;
  for (; ; scan.at += 1) {
    const character = scan.text[scan.at];
    if (character === '"') break;
    if (character === undefined)
      throw new NoJson(from, 'expected `"` at the end of this string, and found the end of the text');
    if (character < " ") fault(scan, "no control character in a string: write \\n for a line break");
    if (character !== "\\") continue;
    if (!ESCAPE.test(scan.text.slice(scan.at, scan.at + 6))) fault(scan, 'an escape (\\n, \\", \\\\, \\u263a)');
    scan.at += 1;
  }
  scan.at += 1;
  return JSON.parse(scan.text.slice(from, scan.at)) as string;
}

const ESCAPE = /^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/;
const BLANKS = /[ \t\r\n]*/y;

function skipBlanks(scan: Scan): void {
  taken(scan, BLANKS);
}

function taken(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at;
  if (!pattern.test(scan.text)) return false;
  scan.at = pattern.lastIndex;
  return true;
}

/** What Chinese keyboards and word processors make of JSON's own characters. */
const MEANT: Readonly<Record<string, string>> = {
  ...{
    "：": ":",
    "，": ",",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "“": '"',
    "”": '"',
    "„": '"',
    "＂": '"',
    "'": '"',
  },
  ...{ "\u00a0": "a plain blank", "\u3000": "a plain blank", "\ufeff": "nothing" },
};

function fault({ text, at }: Scan, expected: string): never {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (at >= text.length) throw new NoJson(at, `expected ${expected}, and found the end of the text`);
  const code = `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const name = /^[!-~]$/.test(character)
    ? `\`${character}\``
    : /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
      ? `\`${character}\` (${code})`
      : code;
  const meant = MEANT[character];
  throw new NoJson(
    at,
    `expected ${expected}, and found ${name}${meant === undefined ? "" : `: write ${/^.$/.test(meant) ? `\`${meant}\`` : meant}`}`,
  );
}
