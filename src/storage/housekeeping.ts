/** Keeps the store within its bounds: old settled rows, old raw bodies, an overfull quarantine. */

import { type Loop, startLoop } from "../basics/loop.ts";
import { MINUTE_MS } from "../basics/once-a-minute.ts";
import { tellSums } from "../basics/told-sums.ts";
import type { Config } from "../config/checked-config.ts";
import type { Logger } from "../connector.ts";
import type { UpkeepFacts } from "../facts/facts.ts";
import type { Storage } from "./contract/storage.ts";

/** How often it looks, in milliseconds. */
const EVERY_MS = 5 * 60_000;
/** How long it rests where a batch found nothing to remove, and there is more to look at, in milliseconds. */
const REST_MS = 250;
/** Rests between two batches, for each millisecond that the one before has taken: nobody is in a hurry here. */
const QUIET_TIMES = 1;
const BUSY_TIMES = 8;
/** While callbacks crowd in, it rests so many times longer than router and couriers. */
const CROWDED_TIMES = 4;
/** Old rows come all the time: what went of them is told so often. */
const PRUNED_EVERY_MS = 60 * MINUTE_MS;

export interface HousekeepingOptions {
  readonly storage: Pick<Storage, "prune">;
  readonly log: Logger;
  /** Asked anew each time: a reload may change the limits. */
  readonly config: () => Config;
  readonly facts: UpkeepFacts;
  /** Those who work on the same store. */
  readonly others: {
    /** How many callbacks were kept so far. */
    readonly callbacks: () => number;
    /** Resolves at once, unless callbacks crowd in: then the later, the more milliseconds of work there were. */
    readonly giveWay: (workedMs: number) => Promise<unknown>;
  };
  /** Milliseconds, by a clock that only grows. */
  readonly elapsed?: () => number;
}

export function startHousekeeping(options: HousekeepingOptions): Loop {
  const { storage, log, config, facts, others, elapsed = () => performance.now() } = options;
  let callbacks = others.callbacks();
  const pruned = tellSums(PRUNED_EVERY_MS);
  const overflowed = tellSums(MINUTE_MS);
  async function round(): Promise<number> {
    const began = elapsed();
    const { more, rows, quarantineDropped } = await storage.prune(limitsOf(config()));
    const tookMs = elapsed() - began;
    facts.prunedRows += rows;
    facts.quarantineDropped += quarantineDropped;
    const sum = pruned.add(rows, !more, elapsed());
    if (sum !== undefined) log.info({ fact: "store.pruned", rows: sum });
    // loudly, and the first at once: these could not be understood, and now nobody can look at them any more
    const dropped = overflowed.add(quarantineDropped, true, elapsed());
    if (dropped !== undefined) log.error({ fact: "quarantine.overflowed", dropped });
    const restMs = restOf(tookMs);
    if (!more) return EVERY_MS;
    if (rows + quarantineDropped === 0) return REST_MS;
    await others.giveWay(CROWDED_TIMES * tookMs);
    return restMs;
  }

  /** The longer where a callback came since the last batch. */
  function restOf(tookMs: number): number {
    const [before, now] = [callbacks, others.callbacks()];
    callbacks = now;
    return Math.max(1, tookMs * (now === before ? QUIET_TIMES : BUSY_TIMES));
  }
  return startLoop({ round, log, what: "housekeeping" });
}

function limitsOf({ storage, quarantine, audit }: Config) {
  return {
    retentionMs: storage.retention === "forever" ? null : storage.retention,
    rawRetentionMs: storage.raw_retention,
    quarantineBytes: quarantine.max_size,
    audit: { retentionMs: audit.retention === "forever" ? null : audit.retention, searches: audit.max_searches },
  };
}
