/** How often a connector may ask: permits that never exceed a rate in any window, shared by connectors of one account. */

import { SENTENCES } from "../../basics/sentences.ts";
import { sleep } from "../../basics/waiting.ts";
import type { Rate } from "../../connector.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { rememberedRate, slidingWindow } from "./sliding-window.ts";

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
  // what connectors know it by: they have no access to this class, and minifying renames it
  override readonly name = "TooSoon";

  constructor(
    readonly waitMs: number,
    words = `\`rate\` lets the next request go in ${Math.ceil(waitMs / 1_000)} s`,
    options?: ErrorOptions,
  ) {
    super(words, options);
  }
}

/** A store that does not answer is asked again after so many milliseconds. */
const UNTOLD_MS = 1_000;

/** Reserves a permit of a budget that several machines share. Returns milliseconds until it may be used. */
export type SharedRates = NonNullable<Storage["reserve"]>;

/** The limiters of one process. */
export interface Rates {
  /**
   * The limiter of a budget, which all connectors of an account share. The slowest rate counts that any of them wants now.
   * @param connector whose wish it is; another one of its for this budget is replaced
   */
  limiter(key: string, rate: Rate, connector: string): Limiter;
  /** What this connector wanted counts no longer. What it was granted still does. */
  forget(connector: string): void;
}

/** One budget: its limiter, and the rates that connectors want for it, by their names. */
interface Budget {
  readonly limiter: Limiter;
  readonly wanted: Map<string, Rate>;
}

/** @param shared where the permits are kept when several machines share them */
export function openRates(shared?: SharedRates, monotonic: () => number = () => performance.now()): Rates {
  const budgets = new Map<string, Budget>();

  function openBudget(key: string, first: Rate): Budget {
    const wanted = new Map<string, Rate>();
    const reserve = shared === undefined ? locally(monotonic) : elsewhere(key, shared);
    let latest = first;
    // whoever is still under way for a connector that is gone keeps to what was wanted last
    const rate = () => {
      latest = slowest(wanted.values()) ?? latest;
      return latest;
    };
    const budget = { wanted, limiter: limiterOf(rate, reserve) };
    budgets.set(key, budget);
    return budget;
  }

  return {
    limiter(key, rate, connector) {
      const { limiter, wanted } = budgets.get(key) ?? openBudget(key, rate);
      wanted.set(connector, rate);
      return limiter;
    },
    forget(connector) {
      for (const { wanted } of budgets.values()) wanted.delete(connector);
    },
  };
}

/** Reserves a permit of one budget. Returns milliseconds until it may be used. */
type Reserve = (rate: Rate, atMostMs: number) => number | Promise<number>;

function locally(monotonic: () => number): Reserve {
  const reserve = slidingWindow();
  return (rate, atMostMs) => reserve(rate, monotonic(), atMostMs);
}

/** That the store cannot be asked is no trouble of the destination, to which nothing was sent. */
function elsewhere(key: string, reserve: SharedRates): Reserve {
  return async (rate, atMostMs) => {
    try {
      return await reserve(key, rememberedRate(rate), atMostMs);
    } catch (cause) {
      throw new TooSoon(UNTOLD_MS, SENTENCES.rate_untold, { cause });
    }
  };
}

function limiterOf(rate: () => Rate, reserve: Reserve): Limiter {
  return {
    async acquire(signal, atMostMs = Number.POSITIVE_INFINITY) {
      signal?.throwIfAborted();
      await waitFor(await reserve(rate(), atMostMs), atMostMs, signal);
    },
  };
}

async function waitFor(ms: number, atMostMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > atMostMs) throw new TooSoon(ms);
  // timers may fire a fraction of a millisecond early
  if (ms > 0) await sleep(Math.ceil(ms) + 1, signal);
}

const perSecond = (rate: Rate): number => (rate.requests * 1000) / rate.perMs;

/** Undefined of none. */
export function slowest(rates: Iterable<Rate>): Rate | undefined {
  return [...rates].reduce<Rate | undefined>(
    (slow, rate) => (slow === undefined || perSecond(rate) < perSecond(slow) ? rate : slow),
    undefined,
  );
}
