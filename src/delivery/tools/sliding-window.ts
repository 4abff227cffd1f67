/** Permits that never exceed a rate in any window. Pure. */
import type { Rate } from "../../connector.ts";

/** So many grants are remembered, whatever the rate: enough for any that it may become. */
const REMEMBERED = 10_000;

/**
 * The same rate in shorter windows, of no more requests than are remembered: as many of these as fill one of its own hold no
 * more than it allows.
 */
export function rememberedRate({ requests, perMs }: Rate): Rate {
  const parts = Math.ceil(requests / REMEMBERED);
  return { requests: Math.floor(requests / parts), perMs: perMs / parts };
}

/**
 * Reserves permits so that no window of `rate.perMs` ever holds more than `rate.requests` of them, also where the rate was
 * another one before. Returns milliseconds until the permit may be used; when they are more than `atMostMs`, none is reserved.
 */
export function slidingWindow(): (rate: Rate, now: number, atMostMs?: number) => number {
  // by a log of grants, not by a refilling bucket: a full bucket and its refill may both fall into one window
  const grants: number[] = [];
  return (rate, now, atMostMs = Number.POSITIVE_INFINITY) => {
    const { requests, perMs } = rememberedRate(rate);
    const freed = (grants.at(-requests) ?? Number.NEGATIVE_INFINITY) + perMs;
    const next = Math.max(now, grants.at(-1) ?? now, freed);
    if (next - now > atMostMs) return next - now;
    if (grants.push(next) >= 2 * REMEMBERED) grants.splice(0, REMEMBERED);
    return next - now;
  };
}
