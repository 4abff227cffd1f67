/** Keeps the store within its bounds: old settled rows, old raw bodies, an overfull quarantine. */

import { type Loop, startLoop } from "../basics/loop.ts";
import type { Config } from "../config/checked-config.ts";
import type { Logger } from "../connector.ts";
import type { UpkeepFacts } from "../facts/facts.ts";
import type { Storage } from "./contract/storage.ts";

/** How often it looks, in milliseconds. */
const EVERY_MS = 5 * 60_000;
/** How long it rests between two batches when there is more to do, in milliseconds. */
const REST_MS = 250;

/** @param config asked anew each time: a reload may change the limits */
export function startHousekeeping(
  storage: Storage,
  log: Logger,
  config: () => Config,
  facts: UpkeepFacts = { prunedRows: 0, quarantineDropped: 0 },
): Loop {
  async function round(): Promise<number> {
    const { more, rows, quarantineDropped } = await storage.prune(limitsOf(config()));
    facts.prunedRows += rows;
    facts.quarantineDropped += quarantineDropped;
    if (rows > 0) log.info({ fact: "store.pruned", rows });
    // loudly: these could not be understood, and now nobody can look at them any more
    if (quarantineDropped > 0) log.error({ fact: "quarantine.overflowed", dropped: quarantineDropped });
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
