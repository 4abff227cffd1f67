/** One request and its answer over a connection. The status line is the answer; the rest decides about the connection. */
import { type AnswerReader, answerReader } from "./answer-reader.ts";
import type { Connection, Message } from "./connection.ts";
import type { AnswerEnding } from "./ending.ts";
import { type Limit, overBecause, watchLimit } from "./limit.ts";

export interface Exchanged {
  readonly reader: AnswerReader;
  readonly status: number;
  readonly ending: AnswerEnding;
  /** It came before our request was written to its end: whatever it answers, it is not all of what we asked. */
  readonly isEarly: boolean;
}

/** A kept connection that the receiver had closed when we used it: nothing to do with how the receiver is. */
export class StaleConnection extends Error {}

/** How much of an answer is read behind its head. */
export interface ReadAtMost {
  /** Of its body at most. */
  readonly bytes: number;
  /** How long the rest is waited for, so that its connection can be used again. Milliseconds. */
  readonly restMs: number;
}

type Conclusion =
  | { readonly tag: "ended"; readonly ending: AnswerEnding }
  | { readonly tag: "failed"; readonly error: unknown };

type Seen = Pick<AnswerReader, "head" | "ending" | "fault">;

/** What the exchange comes to by what was read; undefined: it goes on. Pure. */
export function concluded({ head, ending, fault }: Seen, isWritten: boolean): Conclusion | undefined {
  if (fault !== undefined) return { tag: "failed", error: new Error(fault) };
  if (head === undefined || (ending === undefined && isWritten)) return undefined;
  return { tag: "ended", ending: ending ?? "unread" };
}

/** Time is up: what is known by then is the answer. */
export function outOfTime({ head }: Pick<Seen, "head">, limit: Limit): Conclusion {
  return head === undefined ? { tag: "failed", error: overBecause(limit) } : { tag: "ended", ending: "late" };
}

/** Rejects when no head came whole, in time; the connection is destroyed then. Else the caller keeps it or not. */
export function exchangeOver(
  connection: Connection,
  message: Message,
  limit: Limit,
  { bytes: largest, restMs }: ReadAtMost,
): Promise<Exchanged> {
  if (limit.signal.aborted) return Promise.reject(limit.signal.reason);
  const reader = answerReader(largest);
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  const watch = watchLimit(limit, () => conclude(outOfTime(reader, limit)));
  let isWritten = false;
  let isHeadSeen = false;

  function conclude(conclusion: Conclusion): void {
    watch.clear();
    if (conclusion.tag === "ended") {
      resolve({ reader, status: reader.head?.status ?? 0, ending: conclusion.ending, isEarly: !isWritten });
    } else {
      connection.destroy();
      reject(conclusion.error);
    }
  }
  function look(): void {
    const conclusion = concluded(reader, isWritten);
    if (conclusion !== undefined) conclude(conclusion);
    else if (reader.head !== undefined && !isHeadSeen) {
      isHeadSeen = true;
      watch.shorten(restMs);
    }
  }

  connection.send(message, {
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
      else conclude({ tag: "failed", error: whyUnanswered(connection, reader, error) });
    },
  });
  return promise;
}

/** Of a connection that ended before a head came. */
function whyUnanswered({ isUsed }: Connection, { hasBegun, fault }: AnswerReader, error: Error | undefined): Error {
  if (isUsed && !hasBegun) return new StaleConnection();
  return error ?? new Error(fault);
}
