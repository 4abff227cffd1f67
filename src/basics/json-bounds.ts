/**
 * What a JSON text is made of, looked at before it is parsed: a parser may need hundreds of bytes and a second of time
 * for what came in one, when it is nested a million deep or made of nothing but brackets and keys.
 */

/** A callback has three levels. */
const DEEPEST = 32;
/** A callback has five members in an object. */
const MOST_MEMBERS = 1_000;
/** A subscriber's entry takes 26 bytes at least, and is two values. */
const BYTES_A_VALUE = 8;
/** Bytes that no parser has trouble with, whatever they are. */
const HARMLESS = 16_384;
/** Bytes of a string that are looked at one by one: an id has fewer. */
const SHORT_STRING = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` is `{` without this bit, and `]` is `}` without it. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** What makes a JSON text too costly to parse; undefined when nothing does. Says nothing about whether it is JSON. */
export function costlyJson(text: Uint8Array): string | undefined {
  if (text.length <= HARMLESS) return undefined;
  const members = new Uint32Array(DEEPEST + 1);
  let values = text.length / BYTES_A_VALUE;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === COLON) {
      const count = (members[depth] ?? 0) + 1;
      if (count > MOST_MEMBERS) return `an object with more than ${MOST_MEMBERS} members`;
      members[depth] = count;
    } else if (byte === COMMA) values -= 1;
    else if ((byte | CURLY) === OPENING) {
      depth += 1;
      values -= 1;
      if (depth > DEEPEST) return `nested deeper than ${DEEPEST}`;
      members[depth] = 0;
    } else if ((byte | CURLY) === CLOSING && depth > 0) depth -= 1;
    if (values < 0) return `more values than a callback of ${text.length} bytes has`;
  }
  return undefined;
}

/** Where the string that begins here ends. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  for (const near = at + SHORT_STRING; at < text.length && at < near; at += text[at] === BACKSLASH ? 2 : 1) {
    if (text[at] === QUOTE) return at;
  }
  // a long one is looked through by the runtime, many times as fast
  while (at < text.length) {
    const quote = text.indexOf(QUOTE, at);
    if (quote === -1) return text.length;
    if (!isEscaped(text, quote, start)) return quote;
    at = quote + 1;
  }
  return at;
}

/** Whether this byte of a string that begins at `start` stands behind an odd number of backslashes. */
function isEscaped(text: Uint8Array, at: number, start: number): boolean {
  let first = at;
  while (first - 1 > start && text[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
