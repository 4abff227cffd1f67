/** What goes on and on is said ever more rarely. Pure but for what it remembers. */

export interface EverRarer {
  /** Whether it is time to say it; if so, the distance to the next time has doubled. @param now milliseconds */
  isDue(now: number): boolean;
}

/** Due at once, then `firstMs` later, then twice that, up to `longestMs` between two times. */
export function everRarer(firstMs: number, longestMs: number): EverRarer {
  let nextAt = Number.NEGATIVE_INFINITY;
  let distance = firstMs;
  return {
    isDue(now) {
      if (now < nextAt) return false;
      nextAt = now + distance;
      distance = Math.min(longestMs, distance * 2);
      return true;
    },
  };
}
