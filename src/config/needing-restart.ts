/** Which settings a running bridge cannot take over. */
import type { Config } from "./checked-config.ts";

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
