/** How the body of an answer ends, by RFC 9112 6.3, and reading it to that end. Pure. */
import { chunkedBody } from "./chunked.ts";
import type { BodyReader } from "./ending.ts";
import { type Head, listIn } from "./head.ts";

/** @param keep gets the content as it comes */
export function bodyReader(head: Head, keep: (content: Buffer) => void): BodyReader {
  const coding = listIn(head, "transfer-encoding");
  const lengths = new Set(listIn(head, "content-length"));
  const [length = "", ...others] = lengths;
  if (!mayHaveBody(head.status)) {
    // 304 may tell the length of what it stands for; 204 with one was written by a server that sends it as well
    const isNone = coding.length === 0 && (head.status === 304 || lengths.size === 0 || length === "0");
    return isNone ? bodyOfLength(0, keep) : () => "wrong";
  }
  if (coding.length > 0) {
    // both a coding and a length: nobody knows which is meant (RFC 9112 6.3, request smuggling)
    const isChunked = head.isPersistent && coding.join() === "chunked" && lengths.size === 0;
    return isChunked ? chunkedBody(keep) : () => "wrong";
  }
  if (lengths.size === 0) return untilClosed(keep);
  return others.length === 0 && /^\d{1,15}$/.test(length) ? bodyOfLength(Number(length), keep) : () => "wrong";
}

function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

function bodyOfLength(length: number, keep: (content: Buffer) => void): BodyReader {
  let left = length;
  return (bytes) => {
    if (left > 0) keep(bytes.subarray(0, left));
    left -= bytes.length;
    if (left > 0) return undefined;
    return left === 0 ? "exact" : "wrong";
  };
}

function untilClosed(keep: (content: Buffer) => void): BodyReader {
  return (bytes) => {
    keep(bytes);
    return undefined;
  };
}
