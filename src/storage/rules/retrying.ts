/** How far it has come that all that waits for a connector is due at once. Pure. */

/** Deliveries that are looked at in one transaction. */
export const RETRY_PAGE = 500;

/** What is walked through, one after the other: first attempts and retries, slow ones, those that stand behind another. */
export type RetryQueue = 0 | 1 | "parked";

const QUEUES: readonly RetryQueue[] = [0, 1, "parked"];

export interface RetryPlace {
  /** When it was asked for, milliseconds since 1970: what is tried after it waits as it is told to. */
  readonly at: number;
  readonly queue: RetryQueue;
  /** The key of the last row that was looked at; `null`: none of this queue's yet. */
  readonly after: readonly (string | number)[] | null;
}

export function retryPlace(text: string | undefined, now: number): RetryPlace {
  return text === undefined ? { at: now, queue: 0, after: null } : (JSON.parse(text) as RetryPlace);
}

/**
 * Where it goes on; `null`: nothing is left.
 * @param keys of the rows that were looked at
 * @param limit how many were to be looked at
 */
export function retryBehind(
  { at, queue }: RetryPlace,
  keys: readonly (readonly (string | number)[])[],
  limit: number,
): RetryPlace | null {
  const last = keys.length === limit ? keys.at(-1) : undefined;
  if (last !== undefined) return { at, queue, after: last };
  const next = QUEUES[QUEUES.indexOf(queue) + 1];
  return next === undefined ? null : { at, queue: next, after: null };
}
