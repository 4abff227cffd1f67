/** Makes the configured connectors known to the store, and says what that changes. */

import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import type { Logger } from "../connector.ts";
import type { Registration } from "../storage/contract/connectors.ts";
import type { Storage } from "../storage/contract/storage.ts";
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
    throw new RegistrationRefused(refused.map(({ name, why }) => `connectors.${name}: ${why}`).join("\n"));
  }
  for (const { from, to, waiting } of adopted) log.info({ fact: "connector.renamed", from, to, waiting });
  for (const { name, from, to, waiting } of redirected) {
    log.warn({ fact: "connector.redirected", connector: name, from, to, waiting });
  }
}

/**
 * The same at start: where the store does not answer, registers as soon as it does. Until then couriers and router find
 * nothing to do, and callbacks go to the spool. Returns the loop that waits, if there is one.
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

/** What the runtime, or a connector as it is opened, reads without the YAML. */
const ENVIRONMENT = [
  ...["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
  ...["NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "SSL_CERT_FILE", "DENO_CERT"],
] as const;

/** Settings that a running bridge cannot take over: dotted paths, where they differ. */
export function needingRestart(before: Config, after: Config): string[] {
  const differing = (name: string, one: unknown, other: unknown): string[] =>
    JSON.stringify(one) === JSON.stringify(other) ? [] : [name];
  return [
    ...(["host", "port", "path"] as const).flatMap((key) =>
      differing(`server.${key}`, before.server[key], after.server[key]),
    ),
    ...(["url", "schema", "prepare", "spool"] as const).flatMap((key) =>
      differing(`storage.${key}`, before.storage[key], after.storage[key]),
    ),
    ...ENVIRONMENT.flatMap((name) => differing(`.env ${name}`, before.byEnvFile?.[name], after.byEnvFile?.[name])),
    ...differing("dead_letters.file", before.dead_letters.file, after.dead_letters.file),
    ...after.connectors.flatMap(({ name, outdated }) => outdated.map((file) => `connectors.${name}.type: ${file}`)),
  ];
}
