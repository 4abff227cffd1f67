/** Reads the bodies of requests: bounded in bytes and in time, each one and all together. */

import { letGo } from "../../basics/garbage.ts";
import { pacer } from "./pacer.ts";
import { type Crowd, type Ending, type Guest, LONG } from "./uploads.ts";

export type BodyReading =
  | { readonly tag: "read"; readonly bytes: Uint8Array }
  /** `size` in bytes: what the request declared, or what had come when reading was given up. */
  | { readonly tag: "tooLarge"; readonly size: number; readonly declared: boolean }
  /** The body did not come to its end: the connection broke, or it was ended. */
  | { readonly tag: "incomplete"; readonly why: Ending | "broken" };

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
  readonly crowd: Crowd;
}

/** How late a body may be given up, as a share of its time: one timer for each would cost as much as reading a callback. */
const LATENESS = 1 / 8;
/**
 * Answers in one turn of the event loop to requests whose bodies have not come to their end. Bun 1.4 ends such a body
 * within the answer and runs what waited for it there and then, the next answer included: some two thousand of them are
 * a call stack that ends the process.
 */
const ANSWERS_A_TURN = 100;

/** What is left of a long body when it is done with: its pieces, it as a whole, as a text, and as what it says. */
const REMAINS = 4;

/** A long body. */
interface Long {
  readonly guest: Guest;
  /** How many need its bytes. */
  holders: number;
}

export function openBodies({ timeoutMs, crowd: all }: BodiesOptions): Bodies {
  const unread = pacer(ANSWERS_A_TURN);
  // what is left to do when they are answered: those that are read the quick way need nothing
  const open = new Map<Request, Long | undefined>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function enter(bytes: number, end: (why: Ending) => void): Guest {
    const guest: Guest = { dueAt: performance.now() + timeoutMs, bytes, isWhole: false, end };
    all.enter(guest);
    if (timer === undefined) startTimer();
    return guest;
  }

  function startTimer(): void {
    timer = setTimeout(sweep, timeoutMs * LATENESS);
    timer.unref();
  }

  function sweep(): void {
    timer = undefined;
    all.sweep(performance.now());
    if (all.size() > 0) startTimer();
  }

  /** The quick way of nearly every callback: the runtime puts the body together. */
  function readShort(request: Request, size: number): Promise<BodyReading> {
    return new Promise((resolve) => {
      const giveUp = (why: Ending | "broken") => void unread().then(() => resolve({ tag: "incomplete", why }));
      const guest = enter(size, giveUp);
      request.bytes().then(
        (bytes) => {
          all.leave(guest);
          resolve({ tag: "read", bytes });
        },
        () => {
          all.leave(guest);
          giveUp("broken");
        },
      );
    });
  }

  async function readLong(request: Request, stream: ReadableStream<Uint8Array>, expected: Expected) {
    const reader = stream.getReader();
    const ended = Promise.withResolvers<BodyReading>();
    const guest = enter(0, (why) => ended.resolve({ tag: "incomplete", why }));
    open.set(request, { guest, holders: 1 });
    const reading = await Promise.race([readChunks(reader, guest, expected, all), ended.promise]);
    guest.isWhole = reading.tag === "read";
    // nobody reads the rest; a body that has come to its end is not touched by this
    reader.cancel().catch(() => undefined);
    return reading;
  }

  function release(long: Long): void {
    long.holders -= 1;
    if (long.holders > 0) return;
    all.leave(long.guest);
    letGo(long.guest.bytes * REMAINS);
  }

  async function conclude(request: Request): Promise<void> {
    const long = open.get(request);
    open.delete(request);
    if (long !== undefined) release(long);
    if (long?.guest.isWhole !== true) await unread();
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
      const long = open.get(request);
      if (long === undefined) return undefined;
      long.holders += 1;
      return () => release(long);
    },
    answered: (request, response) => (open.has(request) ? response.finally(() => conclude(request)) : response),
  };
}

interface Expected {
  readonly maxBytes: number;
  readonly isDeclared: boolean;
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  guest: Guest,
  { maxBytes, isDeclared }: Expected,
  all: Crowd,
): Promise<BodyReading> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let whole: Buffer | undefined;
  try {
    while (size <= maxBytes) {
      if (size > LONG && !(await all.seat(guest, maxBytes))) return { tag: "incomplete", why: "crowded" };
      const { done, value } = await reader.read();
      if (done) return { tag: "read", bytes: whole?.subarray(0, size) ?? Buffer.concat(chunks) };
      // put together as it comes, where its length is known: twice the room of a long body is a lot
      if (isDeclared && size > LONG) {
        whole ??= Buffer.concat(chunks, maxBytes);
        chunks = [];
        whole.set(value, size);
      } else chunks.push(value);
      size += value.length;
      all.grow(guest, value.length);
    }
    return { tag: "tooLarge", size, declared: false };
  } catch {
    return { tag: "incomplete", why: "broken" };
  }
}
