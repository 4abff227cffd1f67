/** One request and its answer over a connection. The status line is the answer; the rest decides about the connection. */
import { type AnswerReader, answerReader } from "./answer-reader.ts";
import type { Connection } from "./connection.ts";
import type { Ending } from "./ending.ts";

/** How long an exchange may last. */
export interface Limit {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** As `performance.now()` tells the time: a second try begins late. */
  readonly endsAt: number;
}

export interface Exchanged {
  readonly reader: AnswerReader;
  readonly status: number;
  readonly ending: Ending;
  /** It came before our request was written to its end: whatever it answers, it is not all of what we asked. */
  readonly isEarly: boolean;
}

/** A kept connection that the receiver had closed when we used it: nothing to do with how the receiver is. */
export class StaleConnection extends Error {}

/** Bytes of a body that are read: its beginning is enough to understand a refusal. */
const MOST_READ = 16 * 1024;
/** How long the rest of an answer is waited for, so that its connection can be used again. Milliseconds. */
const REST_MS = 1_000;

/** Rejects when no head came whole, in time; the connection is destroyed then. Else the caller keeps it or not. */
export function exchangeOver(connection: Connection, request: Buffer, limit: Limit): Promise<Exchanged> {
  const { signal, timeoutMs, endsAt } = limit;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const reader = answerReader(MOST_READ);
    let isWritten = false;
    // by hand: a signal that also knows the time would cost a tenth of a delivery
    signal.addEventListener("abort", stop, { once: true });
    let timer = setTimeout(stop, endsAt - performance.now());
    let isHeadSeen = false;

    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
    function fail(error: unknown): void {
      end();
      connection.destroy();
      reject(error);
    }
    /** Time is up: what is known by then is the answer. */
    function stop(): void {
      if (reader.head !== undefined) finish("late");
      else fail(signal.aborted ? signal.reason : new Error(`no answer within ${timeoutMs / 1000} s`));
    }
    function finish(ending: Ending): void {
      end();
      resolve({ reader, status: reader.head?.status ?? 0, ending, isEarly: !isWritten });
    }
    function look(): void {
      const { head, ending, fault } = reader;
      if (fault !== undefined) fail(new Error(fault));
      else if (head === undefined) return;
      else if (ending !== undefined || !isWritten) finish(ending ?? "unread");
      else if (!isHeadSeen) waitForRest();
    }
    function waitForRest(): void {
      isHeadSeen = true;
      clearTimeout(timer);
      timer = setTimeout(stop, Math.min(REST_MS, endsAt - performance.now()));
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
        const isStale = connection.isUsed && !reader.hasBegun;
        reader.close(error === undefined);
        if (reader.head !== undefined) look();
        else fail(isStale ? new StaleConnection() : (error ?? new Error(reader.fault)));
      },
    });
  });
}
