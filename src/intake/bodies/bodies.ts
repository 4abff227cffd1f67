/** Reads the bodies of requests: bounded in bytes and in time, each one and all together. */
import { letGo } from "../../basics/garbage.ts";
import { openArrivals } from "./arrivals.ts";
import type { BodyReading } from "./body-reading.ts";
import { type Expected, readChunks } from "./chunks.ts";
import { pacer } from "./pacer.ts";
import { type Ending, LONG, type Upload } from "./upload.ts";
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

interface LongBody {
  readonly upload: Upload;
  /** How many need its bytes. */
  holders: number;
}

export function openBodies({ timeoutMs, uploads }: BodiesOptions): Bodies {
  const arrivals = openArrivals(uploads, timeoutMs);
  const unread = pacer(ANSWERS_A_TURN);
  // what is left to do when they are answered: those that are read the quick way need nothing
  const open = new Map<Request, LongBody | undefined>();

  /** The quick way of nearly every callback: the runtime puts the body together. */
  function readShort(request: Request, size: number): Promise<BodyReading> {
    return new Promise((resolve) => {
      const giveUp = (why: Ending | "broken") => void unread().then(() => resolve({ tag: "incomplete", why }));
      const upload = arrivals.begin(size, giveUp);
      request.bytes().then(
        (bytes) => {
          uploads.leave(upload);
          resolve({ tag: "read", bytes });
        },
        () => {
          uploads.leave(upload);
          giveUp("broken");
        },
      );
    });
  }

  async function readLong(request: Request, stream: ReadableStream<Uint8Array>, expected: Expected) {
    const reader = stream.getReader();
    const ended = Promise.withResolvers<BodyReading>();
    const upload = arrivals.begin(0, (why) => ended.resolve({ tag: "incomplete", why }));
    open.set(request, { upload, holders: 1 });
    const reading = await Promise.race([readChunks(reader, upload, expected, uploads), ended.promise]);
    upload.isWhole = reading.tag === "read";
    // the pieces that it came in
    letGo(upload.bytes);
    // nobody reads the rest; a body that has come to its end is not touched by this
    reader.cancel().catch(() => undefined);
    return reading;
  }

  function release(body: LongBody): void {
    body.holders -= 1;
    if (body.holders > 0) return;
    uploads.leave(body.upload);
    letGo(body.upload.bytes);
  }

  async function conclude(request: Request): Promise<void> {
    const body = open.get(request);
    open.delete(request);
    if (body !== undefined) release(body);
    if (body?.upload.isWhole !== true) await unread();
  }

  return {
    read(request, maxBytes) {
      const declared = request.headers.get("content-length");
      const size = declared === null ? maxBytes : Number(declared);
      if (size > maxBytes) {
        open.set(request, undefined);
        return Promise.resolve({ tag: "tooLarge", size, declared: true });
      }
      // the server holds a body to its declared length, and refuses requests that declare two
      if (declared !== null && size <= LONG) return readShort(request, size);
      return request.body === null
        ? Promise.resolve({ tag: "read", bytes: new Uint8Array() })
        : readLong(request, request.body, { maxBytes: size, isDeclared: declared !== null });
    },
    hold(request) {
      const body = open.get(request);
      if (body === undefined) return undefined;
      body.holders += 1;
      return () => release(body);
    },
    answered: (request, response) => (open.has(request) ? response.finally(() => conclude(request)) : response),
  };
}
