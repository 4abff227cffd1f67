/** What old rows may go, and in which order they are looked at. Pure. */
import type { DeliveryState } from "../contract/deliveries.ts";

/** What a batch found: how many rows went, and whether there may be more. */
export interface PrunedBatch {
  readonly rows: number;
  readonly more: boolean;
}
export const NOTHING: PrunedBatch = { rows: 0, more: false };

/**
 * Whether a settled delivery may go. What is newer than a dead one of the same person stays: else a replay could overwrite it.
 * @param neededSince since which event time the person's story is needed at this connector; infinite where it is not. Asked
 *   only if it matters
 */
export function mayGo(
  { state, eventTime }: { readonly state: DeliveryState; readonly eventTime: number },
  neededSince: () => number,
): boolean {
  return state !== "waiting" && state !== "dead" && eventTime < neededSince();
}

/** First what refers to others, to its end, batch by batch; then those, which are referred to by most before that. */
export function inOrder(
  first: (before: number) => PrunedBatch,
  second: (before: number) => PrunedBatch,
): (before: number) => PrunedBatch {
  let isFirstDone = false;
  return (before) => {
    const one = isFirstDone ? NOTHING : first(before);
    if (one.more) return one;
    const other = second(before);
    isFirstDone = other.more;
    return { rows: one.rows + other.rows, more: other.more };
  };
}

/** Free pages that stay for what comes next: a share of all, and at least so many. */
const SPARE_SHARE = 1 / 8;
const LEAST_SPARE_PAGES = 250;

/** How many of a file's free pages the disk may have back: the next rows use some of them. */
export function excessPages(pages: number, free: number): number {
  return Math.max(0, free - Math.max(LEAST_SPARE_PAGES, Math.floor(pages * SPARE_SHARE)));
}
