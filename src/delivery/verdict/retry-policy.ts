/** How long a delivery is tried again, and when. Pure: the connector's clock and chance are arguments. */
import type { TakenDelivery } from "../../storage/contract/deliveries.ts";

export interface RetryPolicy {
  /** Milliseconds of the connector's clock between the first attempt and giving up. */
  readonly giveUpAfterMs: number;
  /** Longest wait before the second attempt, in milliseconds; doubled with each further one. */
  readonly firstDelayMs: number;
  /** Longest wait between attempts, in milliseconds. */
  readonly maxDelayMs: number;
}

export interface Moment {
  /** The connector's own clock, in milliseconds. */
  readonly clock: number;
  /** Milliseconds for which the connector has not been ready; 0 when it is. */
  readonly outageMs: number;
  /** Chance: 0 ≤ random() < 1. */
  readonly random: () => number;
}

/** However long it took: so few attempts prove nothing. */
const FEWEST_ATTEMPTS = 5;

/** By age, not by count: a rate limit must not spend the last try. */
export function isTooOld(delivery: TakenDelivery, policy: RetryPolicy, moment: Moment): boolean {
  if (delivery.attempts + 1 < FEWEST_ATTEMPTS || delivery.firstAttemptClock === null) return false;
  return moment.clock - delivery.firstAttemptClock >= policy.giveUpAfterMs;
}

/**
 * Exponential with full jitter: anything up to `firstDelayMs` after the first failure, twice that after the second, up to
 * `maxDelayMs`. Returns milliseconds.
 */
export function backoff(
  failures: number,
  policy: Pick<RetryPolicy, "firstDelayMs" | "maxDelayMs">,
  random: number,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(random * ceiling);
}
