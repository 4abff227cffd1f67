/** Whether what an answer says of its time can be believed. Pure. */
import { duration } from "../basics/format.ts";
import type { ChatClock } from "../chat-rest/contract.ts";

/**
 * Milliseconds. A machine whose clock is further from Chat's takes no callback, whatever `chat.max_clock_skew` says: so that is no time
 * of Chat's, but one of something between, or of an answer that was kept. A wish with a time of next year would overtake all that comes.
 */
const FARTHEST_MS = 24 * 3_600_000;

/** `why`: nothing is to be concluded from when the answer was given. */
export type Timed =
  | { readonly tag: "timed"; readonly clock: ChatClock }
  | { readonly tag: "untimed"; readonly why: string };

export function timedBy(clock: ChatClock | undefined): Timed {
  if (clock === undefined) return { tag: "untimed", why: "the answer does not say when it was given" };
  if (Math.abs(clock.aheadMs) <= FARTHEST_MS) return { tag: "timed", clock };
  const apart = `${duration(Math.abs(clock.aheadMs))} ${clock.aheadMs > 0 ? "ahead of" : "behind"}`;
  return { tag: "untimed", why: `the answer's Date is ${apart} this machine's clock: one of the two is wrong` };
}
