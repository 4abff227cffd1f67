/** Where a connector writes, as the store keeps it and everybody may read it. */
import type { ConnectorConfig } from "../config/checked-config.ts";
import { withShownUrls } from "../connector.ts";

/** What the type says, whose code may be a user's own: without passwords, parameters' values and fragments. */
export function destinationOf({ type, settings }: Pick<ConnectorConfig, "type" | "settings">): string {
  return withShownUrls(type.destination(settings));
}
