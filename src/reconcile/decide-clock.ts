/** Whether what an answer says of its time can be believed. Pure. */
import { durationSaid } from "../basics/said-spans.ts";
import type { ChatClock } from "../chat-rest/contract.ts";
import { says } from "./words.ts";

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
  if (clock === undefined) return { tag: "untimed", why: says("untimed").words };
  if (Math.abs(clock.aheadMs) <= FARTHEST_MS) return { tag: "timed", clock };
  const span = durationSaid(Math.abs(clock.aheadMs));
  return { tag: "untimed", why: says(clock.aheadMs > 0 ? "clock_ahead" : "clock_behind", { span }).words };
}
