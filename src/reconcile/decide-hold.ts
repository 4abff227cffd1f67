/** Whether a person must look before the missing of an account are asked about and delivered. Pure. */
import type { MissingCounts } from "../storage/contract/roster.ts";

export interface HoldLimits {
  readonly people: number;
  /** Of the roster: 0.05 is five of a hundred. */
  readonly share: number;
}

/** Fewer than these are no share of anything. */
const FEWEST_OF_SHARE = 10;

/**
 * Why they are held; undefined: nobody need look.
 * @param counts over 24 hours of passes
 * @param subscribers what Chat counted, at the least
 */
export function whyHeld(
  { found, healedLately, heldLately, people }: MissingCounts,
  subscribers: number,
  limits: HoldLimits,
): string | undefined {
  if (found === 0) return undefined;
  if (subscribers === 0 && people > 0) return `the account had ${people} subscribers, and has none`;
  const missing = found + healedLately + heldLately;
  if (missing > limits.people) return `${missing} are missing within a day, more than ${limits.people}`;
  // those healed are no rows any more
  const all = people + healedLately;
  if (missing < FEWEST_OF_SHARE || missing <= limits.share * all) return undefined;
  return `${missing} of ${all} are missing within a day, more than ${Math.round(limits.share * 1_000) / 10} %`;
}
