/** Until when a request is to be answered. Pure. */
import { LAG_LOOK_MS } from "../../basics/loop-lag.ts";

/** After a standstill nobody knows how long a request has waited: it is left some time all the same. */
const MOST_OF_LATENESS = 2 / 3;
/** What took all the time there was to arrive is kept all the same, if it can be, and its answer may be of use yet. */
const LEAST_MS = 3 * LAG_LOOK_MS;

/** All in milliseconds. */
export interface Arrival {
  /** How long an answer may take. */
  readonly within: number;
  /** Since its handler saw it. */
  readonly age: number;
  /** How late the event loop was when its handler saw it. */
  readonly late: number;
}

/** @param now by a clock that does not jump; so are the age and the result */
export function answerDeadline({ within, age, late }: Arrival, now: number): number {
  const used = Math.min(within, age) + Math.min(late, within * MOST_OF_LATENESS);
  return now + Math.max(within - used, LEAST_MS);
}
