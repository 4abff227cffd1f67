/** The chunked transfer coding (RFC 9112 7.1). Pure. */
import type { BodyReader } from "./ending.ts";

/** Bytes of one line: a chunk's size with its extensions, or a trailer field. */
const LONGEST_LINE = 4 * 1024;

/** What comes next. */
type Part = "size" | "content" | "end of content" | "trailer";

export function chunkedBody(keep: (content: Buffer) => void): BodyReader {
  let part: Part = "size";
  /** Bytes that the content of this chunk still lacks. */
  let left = 0;
  /** The beginning of a line whose end has not come. */
  let begun = "";

  /** The next line, and what is behind it; undefined while its end has not come. */
  function takeLine(bytes: Buffer): { line: string; rest: Buffer } | undefined {
    const end = bytes.indexOf("\n");
    begun += bytes.toString("latin1", 0, end === -1 ? bytes.length : end);
    if (end === -1) return undefined;
    const line = begun;
    begun = "";
    return { line, rest: bytes.subarray(end + 1) };
  }

  /** The part that follows a line; undefined when the line is none that may stand there. */
  function after(line: string): Part | "end" | undefined {
    // without a carriage return it would be read differently by others
    if (!line.endsWith("\r")) return undefined;
    const text = line.slice(0, -1);
    if (part === "end of content") return text === "" ? "size" : undefined;
    if (part === "trailer") return text === "" ? "end" : "trailer";
    const [, size] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
    if (size === undefined) return undefined;
    left = Number.parseInt(size, 16);
    return left === 0 ? "trailer" : "content";
  }

  function takeContent(bytes: Buffer): Buffer {
    const content = bytes.subarray(0, left);
    keep(content);
    left -= content.length;
    if (left === 0) part = "end of content";
    return bytes.subarray(content.length);
  }

  return (bytes) => {
    for (let rest = bytes; rest.length > 0; ) {
      if (part === "content") {
        rest = takeContent(rest);
        continue;
      }
      const taken = takeLine(rest);
      if (taken === undefined) return begun.length > LONGEST_LINE ? "wrong" : undefined;
      const next = after(taken.line);
      if (next === undefined) return "wrong";
      if (next === "end") return taken.rest.length === 0 ? "exact" : "wrong";
      part = next;
      rest = taken.rest;
    }
    return undefined;
  };
}
