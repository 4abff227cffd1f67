/** A checked configuration: what src/config hands to the rest. */
import type { ConnectorType } from "../connector.ts";
import type { SecretsAt } from "./credentials/fingerprints.ts";
import type { Fault } from "./faults/fault.ts";
import type { Digests } from "./files/digest.ts";
import type { CommonSettings, Settings } from "./schema.ts";

/** One connector of a checked configuration. */
export interface ConnectorConfig {
  readonly name: string;
  readonly type: ConnectorType;
  /** Files that a type of one's own imports and that have changed since this process loaded them: only a restart takes them. */
  readonly outdated: readonly string[];
  /** The type's own settings: defaults filled in, durations in ms, sizes in bytes, secrets resolved. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What every connector may say. */
  readonly common: CommonSettings;
  /** `start` as the router wants it: none, all, or since (milliseconds since 1970). */
  readonly start: "now" | "all" | number;
}

/** A checked configuration. Paths are absolute, secrets resolved, every value in the program's units. */
export interface Config extends Settings {
  /** The YAML file that it came from. */
  readonly file: string;
  readonly connectors: readonly ConnectorConfig[];
  /** Every secret value in it, for redaction. */
  readonly secrets: readonly string[];
  /** The same by the dotted path of the setting that holds them. */
  readonly secretsAt: SecretsAt;
  /** The variables of `.env`, where there is one. */
  readonly byEnvFile?: Readonly<Record<string, string>>;
  /** All that it was read from (itself, secrets by file, connectors of one's own): a change of one is a change of it. */
  readonly readFrom: Digests;
  /** Found but not fatal: shown by `check`, logged at start. */
  readonly warnings: readonly Fault[];
}

/** What a faulty configuration says for certain: enough for commands that ask the store alone. */
export interface PartialConfig {
  /** The YAML file, absolute. */
  readonly file: string;
  readonly storage: Config["storage"];
  /** Those without a fault. */
  readonly connectors: readonly ConnectorConfig[];
  /** Names of the others, whose settings nobody can read; `all`: nobody knows which there are. */
  readonly unclear: readonly string[] | "all";
  /** Every secret value that was found, for redaction. */
  readonly secrets: readonly string[];
  readonly secretsAt: SecretsAt;
}

export type LoadResult =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      /** What was read so far: a change of it may mend it. */
      readonly readFrom: Digests;
      /** Absent where it leaves in doubt which store is meant. */
      readonly partial?: PartialConfig;
    };
