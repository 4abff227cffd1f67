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
/** How long it rests between two batches when there is more to do, in milliseconds. */
const REST_MS = 250;
/** Old rows come all the time: what went of them is told so often. */
const PRUNED_EVERY_MS = 60 * MINUTE_MS;

/**
 * @param config asked anew each time: a reload may change the limits
 * @param elapsed milliseconds, by a clock that only grows
 */
export function startHousekeeping(
  storage: Pick<Storage, "prune">,
  log: Logger,
  config: () => Config,
  facts: UpkeepFacts = { prunedRows: 0, quarantineDropped: 0 },
  elapsed: () => number = () => performance.now(),
): Loop {
  const pruned = tellSums(PRUNED_EVERY_MS);
  const overflowed = tellSums(MINUTE_MS);
  async function round(): Promise<number> {
    const { more, rows, quarantineDropped } = await storage.prune(limitsOf(config()));
    facts.prunedRows += rows;
    facts.quarantineDropped += quarantineDropped;
    const sum = pruned.add(rows, !more, elapsed());
    if (sum !== undefined) log.info({ fact: "store.pruned", rows: sum });
    // loudly, and the first at once: these could not be understood, and now nobody can look at them any more
    const dropped = overflowed.add(quarantineDropped, true, elapsed());
    if (dropped !== undefined) log.error({ fact: "quarantine.overflowed", dropped });
    return more ? REST_MS : EVERY_MS;
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
