/** The chunked transfer coding (RFC 9112 7.1). Pure. */
import type { BodyReader } from "./ending.ts";

/** Bytes of one line: a chunk's size with its extensions, or a trailer field. */
const LONGEST_LINE = 4 * 1024;
/**
 * Bytes of lines, beside as many as there is content: a chunk of a single byte has five around it, and costs as much to read as one
 * of a thousand. No server sends megabytes so, and the thread is everybody's.
 */
const SPARE_FOR_LINES = 32 * 1024;

/** What comes next. */
type Part = "size" | "content" | "end of content" | "trailer";

export function chunkedBody(keep: (content: Buffer) => void): BodyReader {
  const lines = lineTaker();
  let part: Part = "size";
  /** Bytes that the content of this chunk still lacks. */
  let left = 0;
  /** Bytes that lines may still take. */
  let spare = SPARE_FOR_LINES;

  function takeContent(bytes: Buffer): Buffer {
    const content = bytes.subarray(0, left);
    keep(content);
    left -= content.length;
    spare = Math.min(SPARE_FOR_LINES, spare + content.length);
    if (left === 0) part = "end of content";
    return bytes.subarray(content.length);
  }

  return (bytes) => {
    for (let rest = bytes; rest.length > 0; ) {
      if (part === "content") {
        rest = takeContent(rest);
        continue;
      }
      const taken = lines.take(rest);
      if (taken === undefined) return lines.begun() > LONGEST_LINE ? "wrong" : undefined;
      const next = following(part, taken.line);
      spare -= taken.line.length;
      if (next === undefined || spare < 0) return "wrong";
      if (next === "end") return taken.rest.length === 0 ? "exact" : "wrong";
      if (typeof next === "number") left = next;
      part = typeof next === "number" ? "content" : next;
      rest = taken.rest;
    }
    return undefined;
  };
}

/** What follows a line: content of so many bytes, or what else; undefined when it is none that may stand there. */
export function following(part: Exclude<Part, "content">, line: string): number | Part | "end" | undefined {
  // without a carriage return it would be read differently by others
  if (!line.endsWith("\r")) return undefined;
  const text = line.slice(0, -1);
  if (part === "end of content") return text === "" ? "size" : undefined;
  if (part === "trailer") return text === "" ? "end" : "trailer";
  const [, size] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
  return size === undefined ? undefined : Number.parseInt(size, 16) || "trailer";
}

/** Lines out of bytes, however they are cut. */
function lineTaker() {
  /** The beginning of a line whose end has not come. */
  let text = "";
  return {
    /** The next line without its line feed, and what is behind it; undefined while its end has not come. */
    take(bytes: Buffer): { readonly line: string; readonly rest: Buffer } | undefined {
      const end = bytes.indexOf("\n");
      text += bytes.toString("latin1", 0, end === -1 ? bytes.length : end);
      if (end === -1) return undefined;
      const line = text;
      text = "";
      return { line, rest: bytes.subarray(end + 1) };
    },
    /** Characters of the one that has begun. */
    begun: () => text.length,
  };
}
