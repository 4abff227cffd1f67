/** How often a connector may ask: permits that never exceed a rate in any window, shared by connectors of one account. */
import type { Rate } from "../connector.ts";
import type { Storage } from "../storage/contract.ts";
import { sleep } from "../waiting.ts";

/** Hands out the permits of one budget, first come, first served. */
export interface Limiter {
  /**
   * Resolves when a request may go. Rejects when the signal aborts; its permit is then lost. Rejects with `TooSoon` when that
   * would take more than `atMostMs` milliseconds; no permit is lost then.
   */
  acquire(signal?: AbortSignal, atMostMs?: number): Promise<void>;
}

/**
 * The rate lets no request go for so long that waiting would outlast the call. Whoever waited in there would never send: each
 * try would reserve a permit, be given up before its time, and leave the next one a later time.
 */
export class TooSoon extends Error {
  constructor(readonly waitMs: number) {
    super(`\`rate\` lets the next request go in ${Math.ceil(waitMs / 1_000)} s`);
  }
}

/** Reserves a permit of a budget that several machines share. Returns milliseconds until it may be used. */
export type SharedRates = NonNullable<Storage["reserve"]>;

/**
 * Reserves permits so that no window of `rate.perMs` ever holds more than `rate.requests` of them. Returns milliseconds until
 * the permit may be used; when they are more than `atMostMs`, none is reserved.
 */
export function slidingWindow(rate: Rate): (now: number, atMostMs?: number) => number {
  // by a log of grants, not by a refilling bucket: a full bucket and its refill may both fall into one window
  const grants: number[] = [];
  let oldest = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (now, atMostMs = Number.POSITIVE_INFINITY) => {
    const freed = grants.length < rate.requests ? now : (grants[oldest] ?? now) + rate.perMs;
    const next = Math.max(now, last, freed);
    if (next - now > atMostMs) return next - now;
    last = next;
    grants[oldest] = last;
    oldest = (oldest + 1) % rate.requests;
    return last - now;
  };
}

/** The limiters of one process. */
export interface Rates {
  /** The limiter of a budget. The same key gives the same limiter; the slower rate wins when two connectors disagree. */
  limiter(key: string, rate: Rate): Limiter;
}

/** @param shared where the permits are kept when several machines share them */
export function openRates(shared?: SharedRates, monotonic: () => number = () => performance.now()): Rates {
  const known = new Map<string, { rate: Rate; limiter: Limiter }>();
  return {
    limiter(key, rate) {
      const before = known.get(key);
      if (before !== undefined && perSecond(before.rate) <= perSecond(rate)) return before.limiter;
      const limiter = shared === undefined ? localLimiter(rate, monotonic) : sharedLimiter(key, rate, shared);
      known.set(key, { rate, limiter });
      return limiter;
    },
  };
}

/** For a connector without a rate. */
export const unlimited: Limiter = { acquire: async (signal) => signal?.throwIfAborted() };

function localLimiter(rate: Rate, monotonic: () => number): Limiter {
  const reserve = slidingWindow(rate);
  return {
    async acquire(signal, atMostMs = Number.POSITIVE_INFINITY) {
      signal?.throwIfAborted();
      await waitFor(reserve(monotonic(), atMostMs), atMostMs, signal);
    },
  };
}

function sharedLimiter(key: string, rate: Rate, reserve: SharedRates): Limiter {
  return {
    async acquire(signal, atMostMs = Number.POSITIVE_INFINITY) {
      signal?.throwIfAborted();
      await waitFor(await reserve(key, rate, atMostMs), atMostMs, signal);
    },
  };
}

async function waitFor(ms: number, atMostMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > atMostMs) throw new TooSoon(ms);
  // timers may fire a fraction of a millisecond early
  if (ms > 0) await sleep(Math.ceil(ms) + 1, signal);
}

const perSecond = (rate: Rate): number => (rate.requests * 1000) / rate.perMs;
