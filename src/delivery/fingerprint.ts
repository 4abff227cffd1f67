/** What tells whether a connector is served with the same settings. */
import { createHash } from "node:crypto";
import type { ConnectorConfig } from "../config/checked-config.ts";

/** Changes whenever the connector's settings or credentials do; says nothing of them. */
export function fingerprintOf({ type, settings, common }: ConnectorConfig): string {
  return createHash("sha256")
    .update(JSON.stringify([type.type, settings, common]))
    .digest("hex");
}
