/** What all parts of a running bridge stand on. */
import type { Log } from "../basics/log.ts";
import { closeToOthers } from "../basics/private-files.ts";
import type { Config } from "../config/checked-config.ts";
import { openRedaction } from "../config/credentials/redact.ts";
import { type Facts, openFacts } from "../facts/facts.ts";
import { canSpool, hasLeftovers } from "../spool/segment.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { openServedStore, type SpoolBeside, sqliteFile } from "../storage/open.ts";

export interface Ground {
  readonly storage: Storage;
  readonly log: Log;
  /** What its parts have seen and done. */
  readonly facts: Facts;
  /** Of this program. */
  readonly version: string;
  /** The settings in force; asked anew each time. */
  readonly config: () => Config;
  /** Removes secrets from what the bridge itself says. */
  readonly redact: (text: string) => string;
  /** The same from text of others, which may repeat whatever it was sent. */
  readonly redactForeign: (text: string) => string;
  /** From now on these secrets are removed as well. */
  readonly learn: (secrets: readonly string[]) => void;
}

/** Opens the store. Rejects with words for people when it can neither be served nor spooled for. */
export async function openGround({
  log,
  version,
  config,
}: Pick<Ground, "log" | "version" | "config">): Promise<Ground> {
  const { storage: settings, secrets } = config();
  await closeToOthers(privateFilesOf(config()), log);
  const storage = await openServedStore(settings, spoolBeside(settings.spool), log);
  return { storage, log, facts: openFacts(), version, config, ...openRedaction(secrets) };
}

function privateFilesOf({ storage, dead_letters }: Config): readonly string[] {
  const store = sqliteFile(storage);
  return [...(store === undefined || store === ":memory:" ? [] : [store]), storage.spool, dead_letters.file];
}

function spoolBeside(path: string): SpoolBeside {
  return { path, isUsable: () => canSpool(path), hasLeftovers: () => hasLeftovers(path) };
}
