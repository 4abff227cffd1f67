/** What an operation on a store may know of the configuration: also of a faulty one, or of none. */
import type { Config } from "../config/checked-config.ts";

/** Where callbacks wait while the store cannot take them, and bytes that may. */
export interface SpoolSettings {
  readonly spool: string;
  readonly spool_max: number;
}

export interface Known extends Pick<Config, "file" | "readFrom" | "connectors" | "secrets" | "secretsAt"> {
  /** Connectors that are configured in a way that nobody can read; `all`: nothing is known of any. */
  readonly unclear: readonly string[] | "all";
  /** Where callbacks go while the store cannot take them; absent where only the store is known. */
  readonly spool?: SpoolSettings;
}

/** All that a checked configuration says. */
export function knownFrom(config: Config): Known {
  return { ...config, unclear: [], spool: config.storage };
}

/** How a connector stands in the configuration, or that it may, without being legible. */
export function configured(known: Known, name: string): Config["connectors"][number] | "unclear" | undefined {
  const found = known.connectors.find((connector) => connector.name === name);
  return found ?? (known.unclear === "all" || known.unclear.includes(name) ? "unclear" : undefined);
}
