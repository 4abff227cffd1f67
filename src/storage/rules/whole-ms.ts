/** Waits as databases can keep them. */
import { LONGEST_DELAY_MS } from "../contract/deliveries.ts";

/** A destination may name a day. Milliseconds. */
const LONGEST_WAIT_MS = 4 * LONGEST_DELAY_MS;

/**
 * Whole milliseconds, from none to a day. Columns take nothing else, and a settlement that they refuse would be tried for
 * ever: whatever was computed is made fit instead.
 */
export function wholeMs(ms: number): number {
  return Number.isNaN(ms) ? LONGEST_WAIT_MS : Math.ceil(Math.min(Math.max(ms, 0), LONGEST_WAIT_MS));
}
