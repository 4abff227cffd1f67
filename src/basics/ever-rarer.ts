/** What goes on and on is said ever more rarely. Pure but for what it remembers. */
import { MINUTE_MS } from "./once-a-minute.ts";

export interface EverRarer {
  /** Whether it is time to say it; if so, the distance to the next time has doubled. @param now milliseconds; where the clock was set back it is time */
  isDue(now: number): boolean;
}

const FIRST_MS = MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;

/** Due at once, then `firstMs` later, then twice that, up to `longestMs` between two times: a minute and an hour unless given. */
export function everRarer(firstMs = FIRST_MS, longestMs = LONGEST_MS): EverRarer {
  let saidAt = Number.NEGATIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;
  let distance = firstMs;
  return {
    isDue(now) {
      if (now < nextAt && now >= saidAt) return false;
      saidAt = now;
      nextAt = now + distance;
      distance = Math.min(longestMs, distance * 2);
      return true;
    },
  };
}
