/** Which events can have been received since a time, by their numbers. Pure. */

/** Clocks of machines, and the database's, may differ by so much, in milliseconds. */
const SLACK_MS = 5 * 60_000;
/** So many rows are looked at for one that says when it was stored. */
export const STORED_ROWS = 20;

/** An event, and when it was stored; null when a crash came in between. */
export interface Stored {
  readonly seq: number;
  readonly storedAt: number | null;
}

export interface Numbers {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds the lowest number of an event stored at `since` or later, less what clocks may differ; one more than the last when
 * there is none. Yields a number, and wants the first events from that one on, `STORED_ROWS` of them.
 *
 * By the time of storing, not of receipt: that grows with the number. An event whose time nobody knows counts as late enough:
 * the answer may be too low, which costs a longer look, and never too high.
 */
export function* searchSince(since: number, { first, last }: Numbers): Generator<number, number, readonly Stored[]> {
  let [low, high] = [first, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const rows = (yield middle).filter(({ seq }) => seq < high);
    const known = rows.find(({ storedAt }) => storedAt !== null);
    if (rows.length > 0 && known !== undefined && (known.storedAt ?? 0) < since - SLACK_MS) low = known.seq + 1;
    else high = middle;
  }
  return low;
}
