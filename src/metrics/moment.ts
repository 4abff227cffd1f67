/** All that one scrape tells from: gathered first, so that no metric waits for anything. */
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import type { ConnectorFacts } from "../facts/connector-facts.ts";
import type { Facts } from "../facts/facts.ts";
import { NO_APP } from "../facts/intake-facts.ts";
import type { KeepingPlace } from "../intake/keeping/store-or-spool.ts";
import type { ConnectorStanding, StoreStanding } from "../storage/contract/ledger.ts";
import type { ReconcilingStatus } from "../storage/contract/roster.ts";
import type { DiskFigures } from "./disk-figures.ts";
import type { KnownValue } from "./remembered.ts";

export interface ScrapeMoment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly version: string;
  readonly config: Config;
  readonly facts: Facts;
  /** Where the next callback is likely to be kept. */
  readonly keeping: KeepingPlace;
  readonly store: KnownValue<StoreStanding>;
  /** `null`, and nothing to tell: no roster is kept. */
  readonly rosters: KnownValue<ReconcilingStatus | null>;
  readonly disk: DiskFigures | undefined;
  readonly lagMs: number;
  /** Of this process. */
  readonly own: ProcessFigures;
}

export interface ProcessFigures {
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** One connector of the configuration. */
export interface ConnectorMoment {
  readonly labels: { readonly connector: string; readonly type: string };
  readonly config: ConnectorConfig;
  readonly facts: ConnectorFacts;
  /** Absent while the store has not told of it. */
  readonly row: ConnectorStanding | undefined;
}

export function connectorMoments({ config, facts, store }: ScrapeMoment): readonly ConnectorMoment[] {
  return config.connectors.map((one) => ({
    labels: { connector: one.name, type: one.type.type },
    config: one,
    facts: facts.connector(one.name),
    row: store.value?.connectors.find(({ name }) => name === one.name),
  }));
}

/** What the store holds for connectors that are not configured any more: as one, however many there are. No connector can be named so. */
export const OTHER = { connector: "_other", type: "_other" } as const;

export function otherRowsOf({ config, store }: ScrapeMoment): readonly ConnectorStanding[] {
  const names = new Set(config.connectors.map(({ name }) => name));
  return store.value?.connectors.filter(({ name }) => !names.has(name)) ?? [];
}

/** The configured apps, and what stands for all else. */
export function appsOf({ config }: ScrapeMoment): readonly string[] {
  return [...config.chat.apps.map(({ sdk_app_id }) => String(sdk_app_id)), NO_APP];
}
