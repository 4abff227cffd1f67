/**
 * What a bridge tells Prometheus. A scrape answers whatever the store does, and neither waits for intake nor makes it wait: the
 * store is asked in the background, once for all who scrape, and what only it knows is told from its latest answer, with its age.
 */
import { cpuUsage, memoryUsage } from "node:process";
import type { Config } from "../config/checked-config.ts";
import type { Facts } from "../facts/facts.ts";
import type { KeepingPlace } from "../intake/keeping/store-or-spool.ts";
import type { StoreStanding } from "../storage/contract/ledger.ts";
import type { ReconcilingStatus } from "../storage/contract/roster.ts";
import { type DiskFigures, diskFigures } from "./disk-figures.ts";
import { watchLongestLag } from "./longest-lag.ts";
import type { ProcessFigures, ScrapeMoment } from "./moment.ts";
import type { MetricsRegistry } from "./registry.ts";
import { type RememberedLimits, remembered } from "./remembered.ts";

export interface MetricsOptions {
  readonly facts: Facts;
  /** The settings in force. */
  readonly config: () => Config;
  /** Of this program. */
  readonly version: string;
  /** What the store knows. */
  readonly ask: () => Promise<StoreStanding>;
  readonly askRosters: () => Promise<ReconcilingStatus | null>;
  /** Where the next callback is likely to be kept. */
  readonly keeping: () => KeepingPlace;
  readonly limits?: Partial<RememberedLimits> | undefined;
}

export interface Metrics {
  readonly contentType: string;
  /** What the files take, and how much room there is; `undefined`: nobody knows. Resolves within about a second. */
  disk(): Promise<DiskFigures | undefined>;
  /** All of them, in the text format of Prometheus 0.0.4. Resolves at once; the first one within about a second. */
  text(): Promise<string>;
  stop(): void;
}

/** Telling takes more than a millisecond of the thread that answers callbacks: once for all who scrape at nearly the same time. */
const TOLD_AGAIN_MS = 250;

export function openMetrics(options: MetricsOptions): Metrics {
  const { facts, config, version, ask, askRosters, keeping, limits } = options;
  const store = remembered(ask, limits);
  const rosters = remembered(async () => (config().reconcile === undefined ? null : askRosters()), limits);
  const disk = remembered(diskFigures(config()), limits);
  const lag = watchLongestLag();
  let registry: Promise<MetricsRegistry> | undefined;
  let told: { readonly at: number; readonly by: Config; readonly text: Promise<string> } | undefined;

  async function moment(): Promise<ScrapeMoment> {
    const [fromStore, ofRosters, fromDisk] = await Promise.all([store.look(), rosters.look(), disk.look()]);
    return {
      ...{ version, facts, config: config(), keeping: keeping(), store: fromStore, disk: fromDisk.value },
      rosters: ofRosters,
      ...{ now: Date.now(), lagMs: lag.most(), own: ownFigures() },
    };
  }

  async function tell(): Promise<string> {
    // on demand: who never scrapes does not pay for it, and the bridge starts without it
    registry ??= openAll();
    return (await registry).text(await moment());
  }

  return {
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    disk: async () => (await disk.look()).value,
    text() {
      const now = performance.now();
      const by = config();
      if (told?.by !== by || now - told.at >= TOLD_AGAIN_MS) told = { at: now, by, text: tell() };
      return told.text;
    },
    stop() {
      for (const { stop } of [store, rosters, disk, lag]) stop();
    },
  };
}

async function openAll(): Promise<MetricsRegistry> {
  const [{ openRegistry }, { ALL }] = await Promise.all([import("./registry.ts"), import("./definitions/all.ts")]);
  return openRegistry(ALL);
}

function ownFigures(): ProcessFigures {
  const { user, system } = cpuUsage();
  return {
    startedAt: performance.timeOrigin / 1_000,
    cpuSeconds: (user + system) / 1e6,
    residentBytes: memoryUsage().rss,
  };
}
