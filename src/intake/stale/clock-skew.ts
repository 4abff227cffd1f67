/**
 * Is our own clock off? When it is, no signed request is fresh, and all of them disagree with it by the same. Old URLs in wrong
 * hands say nothing: only requests count whose RequestTime is newer than any before.
 */

export interface ClockSkew {
  /** A fresh request came. @param at milliseconds of a clock that never jumps */
  fresh(at: number): void;
  /** A stale one came whose RequestTime is newer than any before. @param aheadMs RequestTime less our time */
  advanced(aheadMs: number): void;
  /** How far our clock is ahead of the senders' (negative: behind), in milliseconds; `null` when it is not, or nobody can tell. */
  offMs(at: number): number | null;
}

/** So many must agree. */
const WITNESSES = 3;
/** Seconds are not told more finely, and some requests come late; in milliseconds. */
const AGREEMENT_MS = 10_000;
/** One sender of many may have a wrong clock: not while another's agrees with ours; in milliseconds. */
const SINCE_FRESH_MS = 60_000;

export function clockSkew(): ClockSkew {
  let lastFreshAt = Number.NEGATIVE_INFINITY;
  let latest: number[] = [];
  return {
    fresh(at) {
      lastFreshAt = at;
      if (latest.length > 0) latest = [];
    },
    advanced(aheadMs) {
      latest = [...latest.slice(1 - WITNESSES), aheadMs];
    },
    offMs(at) {
      if (latest.length < WITNESSES || at - lastFreshAt < SINCE_FRESH_MS) return null;
      const highest = Math.max(...latest);
      // what comes late seems to be sent earlier, never later
      return highest - Math.min(...latest) <= AGREEMENT_MS ? -highest : null;
    },
  };
}
