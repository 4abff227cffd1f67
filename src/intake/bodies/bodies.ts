/** Reads the bodies of requests: bounded in bytes and in time, each one and all together. */
import { openArrivals } from "./arrivals.ts";
import type { BodyReading } from "./body-reading.ts";
import { declaredLength } from "./declared-length.ts";
import { longBodies } from "./long-bodies.ts";
import { pacer } from "./pacer.ts";
import { shortBodyReader } from "./short-body.ts";
import { LONG } from "./upload.ts";
import type { Uploads } from "./uploads.ts";

export interface Bodies {
  /** Reads the raw body of at most `maxBytes`, whatever its content type. Never rejects. */
  read(request: Request, maxBytes: number): Promise<BodyReading>;
  /** Somebody else holds its bytes, too: they need their room until what this returns is called. Undefined of a short one. */
  hold(request: Request): (() => void) | undefined;
  /** Hands on the answer to a request that is being read: what is still held of it may go then. Called before it is there. */
  answered(request: Request, response: Promise<Response>): Promise<Response>;
}

export interface BodiesOptions {
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly timeoutMs: number;
  readonly uploads: Uploads;
}

/**
 * Answers in one turn of the event loop to requests whose bodies have not come to their end. Bun 1.4 ends such a body
 * within the answer and runs what waited for it there and then, the next answer included: some two thousand of them are
 * a call stack that ends the process.
 */
const ANSWERS_A_TURN = 100;

export function openBodies({ timeoutMs, uploads }: BodiesOptions): Bodies {
  const arrivals = openArrivals(uploads, timeoutMs);
  const unread = pacer(ANSWERS_A_TURN);
  const readShort = shortBodyReader({ arrivals, uploads, unread });
  const long = longBodies(arrivals, uploads);
  // what is left to do when they are answered: those that are read the quick way need nothing
  const open = new Set<Request>();

  async function conclude(request: Request): Promise<void> {
    open.delete(request);
    if (!long.conclude(request)) await unread();
  }

  return {
    read(request, maxBytes) {
      const declared = declaredLength(request.headers);
      const size = declared ?? maxBytes;
      if (size > maxBytes) {
        open.add(request);
        return Promise.resolve({ tag: "tooLarge", size, declared: true });
      }
      // the server holds a body to its declared length, and refuses requests that declare two others
      if (declared !== undefined && size <= LONG) return readShort(request, size);
      if (request.body === null) return Promise.resolve({ tag: "read", bytes: new Uint8Array() });
      open.add(request);
      return long.read(request, request.body, { maxBytes: size, isDeclared: declared !== undefined });
    },
    hold: long.hold,
    answered: (request, response) => (open.has(request) ? response.finally(() => conclude(request)) : response),
  };
}
