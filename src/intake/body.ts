/** Reads a request's body, bounded in bytes and in time. */
import { within } from "./deadline.ts";

export type BodyReading =
  | { readonly tag: "read"; readonly bytes: Uint8Array }
  /** `size` in bytes: what the request declared, or what had come when reading was given up. */
  | { readonly tag: "tooLarge"; readonly size: number; readonly declared: boolean }
  /** The body did not come to its end: too slowly, or the connection broke. */
  | { readonly tag: "incomplete" };

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Reads the raw body, whatever its content type. Never rejects. */
export async function readBody(request: Request, { maxBytes, timeoutMs }: BodyLimits): Promise<BodyReading> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) return { tag: "tooLarge", size: Number(length), declared: true };
  try {
    // the server holds a body to its declared length, and refuses requests that declare two
    if (length !== null) return { tag: "read", bytes: await within(timeoutMs, "body", request.bytes()) };
    return request.body === null
      ? { tag: "read", bytes: new Uint8Array() }
      : await readStream(request.body.getReader(), maxBytes, timeoutMs);
  } catch {
    return { tag: "incomplete" };
  }
}

async function readStream(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  timeoutMs: number,
): Promise<BodyReading> {
  const chunks: Uint8Array[] = [];
  const until = performance.now() + timeoutMs;
  let size = 0;
  try {
    while (size <= maxBytes) {
      const { done, value } = await within(until - performance.now(), "body", reader.read());
      if (done) return { tag: "read", bytes: Buffer.concat(chunks) };
      chunks.push(value);
      size += value.length;
    }
    return { tag: "tooLarge", size, declared: false };
  } finally {
    // nobody reads the rest; a body that has come to its end is not touched by this
    reader.cancel().catch(() => undefined);
  }
}
