/** Bytes that somebody sent as text, in the character set that they are in. Pure. */

/** Bytes at the beginning in which a page may name its character set (HTML, "determining the character encoding"). */
const PRESCANNED = 1_024;
const LESS = "<".charCodeAt(0);
const CHARSET = /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i;

/**
 * A byte order mark says it best, then the head, then the page itself; else it is UTF-8, as JSON always is, and a page that is
 * none what its bytes look like. What cannot be decoded becomes U+FFFD; never throws.
 * @param contentType the header's value
 */
export function decodeText(bytes: Uint8Array, contentType: string | null | undefined): string {
  return decoderFor(bytes, contentType ?? "").decode(bytes);
}

function decoderFor(bytes: Uint8Array, contentType: string): TextDecoder {
  const [first, second] = bytes;
  // a page begins with <, and in UTF-16 every other byte of that is none (XML 1.0, appendix F)
  const isHalf = first === 0 || second === 0;
  if ((first === 0xff && second === 0xfe) || (isHalf && first === LESS)) return new TextDecoder("utf-16le");
  if ((first === 0xfe && second === 0xff) || (isHalf && second === LESS)) return new TextDecoder("utf-16be");
  const isJson = /^\s*[\w.-]+\/([\w.-]+\+)?json\b/i.test(contentType);
  if (isJson || (first === 0xef && second === 0xbb)) return new TextDecoder();
  const label = CHARSET.exec(contentType)?.[1] ?? labelInPage(bytes);
  return knownDecoder(label) ?? new TextDecoder(isUtf8(bytes) ? "utf-8" : likelySet(bytes));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // what is cut at its end may be cut in a character
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * What nobody named: text in GBK has two bytes beyond ASCII for each character, text in Western languages single ones. What is no
 * page stays UTF-8: programs read it, and no sign in it may be guessed.
 */
function likelySet(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  if (!/^\s*</.test(text)) return "utf-8";
  const runs = text.match(/[\x80-\xff]+/g) ?? [];
  const isInPairs = runs.every((run) => /^(?:[\xa1-\xf7][\xa1-\xfe])+$/.test(run));
  return isInPairs ? "gb18030" : "windows-1252";
}

/** Of `<meta charset="gbk">` and its like; the names stand in ASCII whatever the rest is in. */
function labelInPage(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(PRESCANNED, bytes.length)).toString("latin1");
  const label = /<meta\b[^>]*>/gi.test(beginning) ? CHARSET.exec(beginning)?.[1] : undefined;
  // it could not be read if it were so
  return /^utf-?16/i.test(label ?? "") ? "utf-8" : label;
}

function knownDecoder(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    // nobody knows such a character set
    return undefined;
  }
}
