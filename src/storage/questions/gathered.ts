/** A question in looks: each is small, with nothing held between two, until there is enough. */
import type { Look, LookOptions } from "../contract/looks.ts";
import type { Asked, Found } from "../contract/questions.ts";

/** Rows that one look reads at most. */
export const LOOK_ROWS = 1_000;
/** Rows that one question reads at most. */
export const QUESTION_ROWS = 20_000;
/** After so long (milliseconds) it ends with what it has found. */
const QUESTION_MS = 5_000;
/** The first look reads little: most pages are found at once. */
const FIRST_ROWS = 64;

/** After how many milliseconds a question ends with what it has found, and how many rows it has looked at before in any case. */
export interface Bounds {
  readonly ms: number;
  readonly leastRows: number;
}

export interface Gathering {
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
  /** Unless set, five seconds. */
  readonly bounds?: Bounds;
}

/** Looks until there is enough, there is nothing more, or it has been at it for long enough. */
export async function gathered<T>(
  { limit, after }: Asked,
  look: (options: LookOptions) => Promise<Look<T>>,
  { elapsed, signal, bounds: { ms, leastRows } = { ms: QUESTION_MS, leastRows: 0 } }: Gathering,
): Promise<Found<T>> {
  const end = elapsed() + ms;
  const entries: T[] = [];
  let looked = 0;
  let from = after ?? null;
  for (let rows = Math.max(FIRST_ROWS, limit + 1); ; rows *= 2) {
    signal.throwIfAborted();
    const most = Math.min(rows, LOOK_ROWS, QUESTION_ROWS - looked);
    const { found, looked: more, next, backTo } = await look({ from, rows: most, limit: limit - entries.length });
    entries.push(...found);
    // one that found nothing to read has been asked all the same
    looked += Math.max(1, more);
    from = next;
    const isOver = looked >= QUESTION_ROWS || (looked >= leastRows && elapsed() >= end);
    if (from === null || entries.length >= limit || isOver) {
      return { entries, looked, next, ...(backTo !== undefined && { backTo }) };
    }
  }
}
