/** Makes the configured connectors known to the store, and says what that changes. */

import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import type { Logger } from "../connector.ts";
import type { Registration } from "../storage/contract/connectors.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { refusalLines } from "../storage/rules/registering.ts";
import { destinationOf } from "./destination.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** What the store has to know of a connector. */
export function registrationOf(config: ConnectorConfig): Registration {
  const { name, type, start, common } = config;
  return {
    name,
    type: type.type,
    writes: type.writes,
    start,
    destination: destinationOf(config),
    fingerprint: fingerprintOf(config),
    ...(common.was !== undefined && { was: common.was }),
  };
}

/** The store has these names for something else: the configuration must change. */
export class RegistrationRefused extends Error {}

/** Rejects with `RegistrationRefused` when the store cannot serve these connectors under these names. */
export async function registerConnectors(
  storage: Pick<Storage, "register">,
  { connectors }: Pick<Config, "connectors">,
  log: Logger,
): Promise<void> {
  const { adopted, redirected, refused } = await storage.register(connectors.map(registrationOf));
  if (refused.length > 0) {
    throw new RegistrationRefused(refusalLines(refused).join("\n"));
  }
  for (const { from, to, waiting } of adopted) log.info({ fact: "connector.renamed", from, to, waiting });
  for (const { name, from, to, waiting } of redirected) {
    log.warn({ fact: "connector.redirected", connector: name, from, to, waiting });
  }
}

/**
 * The same at start: where the store does not answer, registers as soon as it does. Until then callbacks go to the spool. Returns the
 * loop that waits, if there is one.
 */
export async function registerAtStart(
  storage: Pick<Storage, "register">,
  config: () => Pick<Config, "connectors">,
  log: Logger,
): Promise<Pick<Loop, "stop"> | undefined> {
  try {
    await registerConnectors(storage, config(), log);
    return undefined;
  } catch (error) {
    if (error instanceof RegistrationRefused) throw error;
    log.error({ fact: "store.unavailable", during: "register", reason: errorWords(error) });
  }
  // nobody wakes it: once done, it rests
  const round = async (): Promise<number> => {
    await registerConnectors(storage, config(), log);
    return FOR_EVER_MS;
  };
  return startLoop({ round, log, what: "registration" });
}

/** As long as timers go: 24 days. */
const FOR_EVER_MS = 2 ** 31 - 1;
