/** Lines of a file or stream of any size, one after the other, as bytes. */
import { Buffer } from "node:buffer";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line break. */
  readonly bytes: Buffer;
  /** True when the line was longer than allowed, and `bytes` is only its beginning. */
  readonly cut: boolean;
}

const LINE_BREAK = 0x0a;

/** @param longest bytes of a line that are kept; a longer one is cut, so that it cannot fill the memory */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  longest = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array) => {
    if (length < longest) parts.push(part.subarray(0, longest - length));
    length += part.length;
  };
  const end = (): Line => {
    number += 1;
    const line = { number, bytes: Buffer.concat(parts), cut: length > longest };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at !== -1; at = chunk.indexOf(LINE_BREAK, from)) {
      add(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

/**
 * A line of JSON in which nothing can paint a terminal: JSON.stringify escapes the control characters below the space, but
 * not DEL and C1 (U+009B begins an escape sequence, as ESC [ does). Inside of JSON's texts the result means the same.
 */
export function harmlessJson(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
