/** Makes the configured connectors known to the store, and says what that changes. */
import type { Config } from "./config/config.ts";
import type { Logger } from "./connector.ts";
import { registrationOf } from "./delivery/fleet.ts";
import type { Storage } from "./storage/contract.ts";

/** Rejects with words for people when the store cannot serve these connectors under these names. */
export async function registerConnectors(
  storage: Pick<Storage, "register">,
  { connectors }: Pick<Config, "connectors">,
  log: Logger,
): Promise<void> {
  const { adopted, redirected, refused } = await storage.register(connectors.map(registrationOf));
  if (refused.length > 0) {
    throw new Error(refused.map(({ name, why }) => `connectors.${name}: ${why}`).join("\n"));
  }
  for (const { from, to, waiting } of adopted) log.info({ fact: "connector.renamed", from, to, waiting });
  for (const { name, from, to, waiting } of redirected) {
    log.warn({ fact: "connector.redirected", connector: name, from, to, waiting });
  }
}

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
    ...differing("dead_letters.file", before.dead_letters.file, after.dead_letters.file),
  ];
}
