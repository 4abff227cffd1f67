/** One request and its answer over a connection. The status line is the answer; the rest decides about the connection. */
import { type AnswerReader, answerReader } from "./answer-reader.ts";
import type { Connection } from "./connection.ts";
import type { Ending } from "./ending.ts";
import { type Limit, overBecause, watchLimit } from "./limit.ts";

export interface Exchanged {
  readonly reader: AnswerReader;
  readonly status: number;
  readonly ending: Ending;
  /** It came before our request was written to its end: whatever it answers, it is not all of what we asked. */
  readonly isEarly: boolean;
}

/** A kept connection that the receiver had closed when we used it: nothing to do with how the receiver is. */
export class StaleConnection extends Error {}

/** How much of an answer is read behind its head. */
export interface Reading {
  /** Of its body at most. */
  readonly bytes: number;
  /** How long the rest is waited for, so that its connection can be used again. Milliseconds. */
  readonly restMs: number;
}

/** Rejects when no head came whole, in time; the connection is destroyed then. Else the caller keeps it or not. */
export function exchangeOver(
  connection: Connection,
  request: Buffer,
  limit: Limit,
  reading: Reading,
): Promise<Exchanged> {
  if (limit.signal.aborted) return Promise.reject(limit.signal.reason);
  const reader = answerReader(reading.bytes);
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  let isWritten = false;
  let isHeadSeen = false;
  const watch = watchLimit(limit, stop);

  function fail(error: unknown): void {
    watch.clear();
    connection.destroy();
    reject(error);
  }
  function finish(ending: Ending): void {
    watch.clear();
    resolve({ reader, status: reader.head?.status ?? 0, ending, isEarly: !isWritten });
  }
  /** Time is up: what is known by then is the answer. */
  function stop(): void {
    if (reader.head !== undefined) finish("late");
    else fail(overBecause(limit));
  }
  function look(): void {
    const { head, ending, fault } = reader;
    if (fault !== undefined) fail(new Error(fault));
    else if (head === undefined) return;
    else if (ending !== undefined || !isWritten) finish(ending ?? "unread");
    else if (!isHeadSeen) {
      isHeadSeen = true;
      watch.shorten(reading.restMs);
    }
  }

  connection.send(request, {
    written() {
      isWritten = true;
    },
    bytes(bytes) {
      reader.push(bytes);
      look();
    },
    ended(error) {
      reader.close(error === undefined);
      if (reader.head !== undefined) look();
      else fail(whyUnanswered(connection, reader, error));
    },
  });
  return promise;
}

/** Of a connection that ended before a head came. */
function whyUnanswered({ isUsed }: Connection, { hasBegun, fault }: AnswerReader, error: Error | undefined): Error {
  if (isUsed && !hasBegun) return new StaleConnection();
  return error ?? new Error(fault);
}
