/** Bodies of requests: so large, and so long on their way, at most. */
import { within } from "../basics/waiting.ts";
import { BadRequest } from "./route.ts";

export interface BodyBounds {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Bytes: of somebody who is known. */
export const LARGEST_BODY = 1024 * 1024;

/** Of somebody who is known, and of all others: a token in a form is short. */
export const BODIES = {
  known: { maxBytes: LARGEST_BODY, timeoutMs: 10_000 },
  strangers: { maxBytes: 4 * 1024, timeoutMs: 3_000 },
} as const satisfies Record<string, BodyBounds>;

/** Bytes of the largest file that anybody uploads. */
export const LARGEST_UPLOAD = 64 * 1024 * 1024;

/** A file that is long on its way is one that still comes: between two pieces of it, milliseconds. */
const PIECE_MS = 10_000;

/** The body as it comes, to be read once. Throws `BadRequest`. @param pieceMs between two pieces of it, milliseconds */
export async function* streamedBody(
  request: Request,
  maxBytes: number,
  pieceMs = PIECE_MS,
): AsyncGenerator<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  if (reader === undefined) return;
  let isAtEnd = false;
  try {
    for (let size = 0; ; ) {
      const { done, value } = await within(pieceMs, "the body", reader.read()).catch(() => {
        throw new BadRequest(408, "the body did not come to its end");
      });
      if (done) {
        isAtEnd = true;
        return;
      }
      size += value.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield value;
    }
  } finally {
    if (!isAtEnd) void reader.cancel().catch(() => undefined);
  }
}

/** The whole body. Rejects with `BadRequest`. */
export async function readBody(request: Request, { maxBytes, timeoutMs }: BodyBounds): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  try {
    return await within(timeoutMs, "the body", chunks(reader, maxBytes));
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error instanceof BadRequest ? error : new BadRequest(408, "the body did not come to its end");
  }
}

async function chunks(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(read, size);
    read.push(value);
    size += value.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
  }
}

const tooLarge = (maxBytes: number): BadRequest =>
  new BadRequest(413, `the body is larger than ${maxBytes / 1024} KiB`);
