/** What old rows may go. Pure. */
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

/**
 * Whether an event is looked at. One that was received later than now tells nothing by its time (some clock was ahead), and must not keep
 * from sight what came behind it.
 */
export function isWorthALook(receivedAt: number, before: number, now: number): boolean {
  return receivedAt < before || receivedAt > now;
}

/** Free pages that stay for what comes next: a share of all, and at least so many. */
const SPARE_SHARE = 1 / 32;
const LEAST_SPARE_PAGES = 250;

/** How many of a file's free pages the disk may have back: the next rows use some of them. */
export function excessPages(pages: number, free: number): number {
  return Math.max(0, free - Math.max(LEAST_SPARE_PAGES, Math.floor(pages * SPARE_SHARE)));
}
