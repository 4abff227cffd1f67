/** How fast old rows go while nobody comes, by housekeeping's own pace; and what callbacks feel of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../src/config/checked-config.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { startHousekeeping } from "../../src/storage/housekeeping.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { openSqliteThread } from "../../src/storage/sqlite/thread.ts";
import { startPrivatePostgres } from "../support/postgres.ts";
import { fillSqlite } from "./beside-intake.ts";
import { setUp } from "./setup.ts";
import { type BenchOptions, median, type Row, range } from "./table.ts";
import { registerThree, takeThrough } from "./through.ts";
import { inTurns } from "./turns.ts";

const EVENTS = 10_000;
const CONNECTIONS = 64;
const ALL_IS_OLD = {
  storage: { retention: -3_600_000, raw_retention: -3_600_000 },
  quarantine: { max_size: 1e9 },
  audit: { retention: "forever", max_searches: 1e9 },
} as unknown as Config;

export async function benchPrune(options: BenchOptions): Promise<Row[]> {
  return [await idleSqlite(options), await idlePostgres(options), await beside(options)];
}

async function idleSqlite({ rounds }: BenchOptions): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-prune-"));
  const storage = await openSqliteThread({ path: join(folder, "bridge.db") });
  const row = await idle("SQLite", storage, rounds);
  await rm(folder, { recursive: true });
  return row;
}

async function idlePostgres({ rounds }: BenchOptions): Promise<Row> {
  const server = await startPrivatePostgres();
  const row = await idle("PostgreSQL", await openPostgres({ url: server.url, schema: server.schema() }), rounds);
  await server.stop();
  return row;
}

async function idle(name: string, storage: Storage, rounds: number): Promise<Row> {
  await registerThree(storage);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await takeThrough(storage, { events: EVENTS, users: 1, from: round * EVENTS });
    rates.push(await pruneAll(storage));
  }
  await storage.close();
  return {
    what: `${name}: rows pruned a second while nobody comes`,
    value: median(rates).toFixed(0),
    goal: "≥ 20,000",
    detail: range(rates, 0),
  };
}

/** Rows a second. */
async function pruneAll(storage: Storage): Promise<number> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const silent = () => undefined;
  const facts = { prunedRows: 0, quarantineDropped: 0 };
  const began = performance.now();
  const loop = startHousekeeping({
    storage: {
      async prune(limits) {
        const pruned = await storage.prune(limits);
        if (!pruned.more) resolve();
        return pruned;
      },
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    config: () => ALL_IS_OLD,
    facts,
    others: { callbacks: () => 0, giveWay: async () => undefined },
  });
  await done;
  const seconds = (performance.now() - began) / 1_000;
  await loop.stop();
  return facts.prunedRows / seconds;
}

/** Two bridges on a million events: of one most are too old. */
async function beside(options: BenchOptions): Promise<Row> {
  const setups = await Promise.all(
    ["1d", "90d"].map((retention) =>
      setUp(options.destinations, { enabled: [], storage: { url: "sqlite:./data/bridge.db", retention } }),
    ),
  );
  for (const setup of setups) {
    // makes the store
    await (await setup.startBridge()).stop();
    fillSqlite(setup);
  }
  const [pruning, quiet] = await Promise.all(setups.map((setup) => setup.startBridge()));
  if (pruning === undefined || quiet === undefined) throw new Error("no bridge");
  const { ours, theirs } = await inTurns(pruning, quiet, CONNECTIONS, options);
  const ratios = ours.map(({ p99 }, turn) => p99 / (theirs[turn]?.p99 ?? Number.NaN));
  await Promise.all([pruning.stop(), quiet.stop()]);
  await Promise.all(setups.map((setup) => setup.close()));
  return {
    what: "SQLite: intake's p99 while old rows go, times without",
    value: median(ratios).toFixed(2),
    goal: "≤ 1.20",
    detail: range(ratios),
  };
}
