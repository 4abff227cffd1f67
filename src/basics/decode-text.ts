/** Bytes that somebody sent as text, in the character set that they are in. Pure. */

/** Bytes at the beginning in which a page may name its character set (HTML, "determining the character encoding"). */
const PRESCANNED = 1_024;
const CHARSET = /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i;

/**
 * A byte order mark says it best, then the head, then the page itself; else it is UTF-8, as JSON always is. What cannot be decoded
 * becomes U+FFFD; never throws.
 * @param contentType the header's value
 */
export function decodeText(bytes: Uint8Array, contentType: string | null | undefined): string {
  return decoderFor(bytes, contentType ?? "").decode(bytes);
}

function decoderFor(bytes: Uint8Array, contentType: string): TextDecoder {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be");
  const isJson = /^\s*[\w.-]+\/([\w.-]+\+)?json\b/i.test(contentType);
  if (isJson || (first === 0xef && second === 0xbb)) return new TextDecoder();
  const label = CHARSET.exec(contentType)?.[1] ?? labelInPage(bytes);
  return knownDecoder(label) ?? new TextDecoder();
}

/** Of `<meta charset="gbk">` and its like; the names stand in ASCII whatever the rest is in. */
function labelInPage(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(PRESCANNED, bytes.length)).toString("latin1");
  return /<meta\b[^>]*>/gi.test(beginning) ? CHARSET.exec(beginning)?.[1] : undefined;
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
