/** Reads a request's body, bounded in bytes and in time. */
import type { Deadline } from "./deadline.ts";

export type BodyReading =
  | { readonly tag: "read"; readonly bytes: Uint8Array }
  /** `size` in bytes: what the request declared, or what had come when reading was given up. */
  | { readonly tag: "tooLarge"; readonly size: number; readonly declared: boolean }
  /** The body did not come to its end: too slowly, or the connection broke. */
  | { readonly tag: "incomplete" };

const INCOMPLETE: BodyReading = { tag: "incomplete" };
const incomplete = (): BodyReading => INCOMPLETE;
const whole = (bytes: Uint8Array): BodyReading => ({ tag: "read", bytes });

/** Reads the raw body of at most `maxBytes` before the deadline, whatever its content type. Never rejects. */
export function readBody(request: Request, maxBytes: number, deadline: Deadline): Promise<BodyReading> {
  const length = request.headers.get("content-length");
  if (length === null) return readStream(request.body, maxBytes, deadline);
  const size = Number(length);
  // the server holds a body to its declared length, and refuses requests that declare two
  return size > maxBytes
    ? Promise.resolve({ tag: "tooLarge", size, declared: true })
    : deadline(request.bytes(), whole, incomplete);
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  deadline: Deadline,
): Promise<BodyReading> {
  if (stream === null) return whole(new Uint8Array());
  const reader = stream.getReader();
  const reading = await deadline(readChunks(reader, maxBytes), (read) => read, incomplete);
  // nobody reads the rest; a body that has come to its end is not touched by this
  reader.cancel().catch(() => undefined);
  return reading;
}

async function readChunks(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<BodyReading> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return whole(Buffer.concat(chunks));
    chunks.push(value);
    size += value.length;
  }
  return { tag: "tooLarge", size, declared: false };
}
