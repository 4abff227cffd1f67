/** What it costs callbacks to be watched: ten scrapers and a person at `status --watch`, on a store of a million events. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { sleep } from "../../src/basics/waiting.ts";
import { EVENTS, POSTGRES_SEED, SQLITE_SEED } from "../support/large-store.ts";
import { startPostgres } from "../support/postgres.ts";
import { type LoadResult, load } from "./load.ts";
import type { Process } from "./processes.ts";
import { BENCH_ENV, MAIN, type Setup, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

const SCRAPERS = 10;
/** Prometheus asks every fifteen seconds unless told otherwise; in milliseconds. */
const SCRAPE_EVERY_MS = 1_000;
const CONNECTIONS = 64;

/** @param options `seconds` of one slice with or without who watches, `rounds` of both in turns */
export async function benchWatched(options: BenchOptions): Promise<Row[]> {
  const ofSqlite = await setUp(options.destinations, { enabled: [] });
  const rows = [await watched("SQLite", ofSqlite, options, async () => fillSqlite(ofSqlite))];
  const server = await startPostgres();
  const storage = { url: server.url, schema: server.schema() };
  const ofPostgres = await setUp(options.destinations, { enabled: [], storage });
  rows.push(await watched("PostgreSQL", ofPostgres, options, () => fillPostgres(storage)));
  await server.stop();
  return rows;
}

function fillSqlite({ folder }: Setup): void {
  const db = new DatabaseSync(join(folder, "data/bridge.db"));
  db.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; ${SQLITE_SEED}`);
  db.close();
}

async function fillPostgres({ url, schema }: { readonly url: string; readonly schema: string }): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await sql.unsafe(`SET search_path = ${schema}; ${POSTGRES_SEED}`);
  await sql.unsafe("VACUUM ANALYZE");
  await sql.end();
}

async function watched(name: string, setup: Setup, options: BenchOptions, fill: () => Promise<void>): Promise<Row> {
  // makes the store
  await (await setup.startBridge()).stop();
  await fill();
  const bridge = await setup.startBridge();
  const metrics = await metricsOf(bridge);
  const slice = () => load({ url: signedUrl(bridge), connections: CONNECTIONS, seconds: options.seconds });
  await slice();
  const turns: { readonly alone: LoadResult; readonly watched: LoadResult }[] = [];
  let scrapes = 0;
  for (let round = 0; round < options.rounds; round += 1) {
    const alone = await slice();
    const watchers = await startWatchers(setup, metrics);
    turns.push({ alone, watched: await slice() });
    scrapes += await watchers.stop();
  }
  await bridge.stop();
  await setup.close();
  return row(name, turns, scrapes / options.rounds);
}

async function metricsOf(bridge: Process): Promise<string> {
  let url = "";
  await bridge.until((line) => {
    if (line.fact === "admin.ready") url = `${line.url}/metrics`;
    return url !== "";
  });
  return url;
}

/** Resolves when all of them look. `stop` resolves with how many scrapes were answered. */
async function startWatchers({ config }: Setup, metrics: string): Promise<{ stop(): Promise<number> }> {
  const stopping = new AbortController();
  let answered = 0;
  const scrape = async () => {
    while (!stopping.signal.aborted) {
      const response = await fetch(metrics);
      const text = await response.text();
      if (!response.ok || !text.includes("unsub_bridge_store_up")) throw new Error(`a scrape: ${response.status}`);
      answered += 1;
      await sleep(SCRAPE_EVERY_MS, stopping.signal).catch(() => undefined);
    }
  };
  const status = spawn(process.execPath, ["run", MAIN, "status", "--watch", "--config", config], {
    env: { ...process.env, ...BENCH_ENV },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(status, "close");
  await once(status.stdout, "data");
  status.stdout.resume();
  const scraping = Promise.all(Array.from({ length: SCRAPERS }, scrape));
  return {
    async stop() {
      stopping.abort();
      await scraping;
      status.kill("SIGINT");
      const [code] = await exited;
      if (code !== 0) throw new Error(`status --watch ended with ${code}`);
      return answered;
    },
  };
}

function row(
  name: string,
  turns: readonly { readonly alone: LoadResult; readonly watched: LoadResult }[],
  scrapes: number,
): Row {
  const ratios = turns.map(({ alone, watched }) => watched.p99 / alone.p99);
  const of = (which: "alone" | "watched", what: "p99" | "requestsPerSecond") =>
    median(turns.map((turn) => turn[which][what]));
  const failures = turns.reduce((sum, turn) => sum + turn.watched.failures, 0);
  return {
    what: `${name}: intake's p99 with ${SCRAPERS} scrapers and status --watch at ${EVENTS.toLocaleString("en")} events, times without`,
    value: median(ratios).toFixed(2),
    goal: "≤ 1.10",
    detail: `ratios ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; ${of("watched", "p99").toFixed(1)} against ${of("alone", "p99").toFixed(1)} ms, ${of("watched", "requestsPerSecond").toFixed(0)} against ${of("alone", "requestsPerSecond").toFixed(0)} callbacks/s; ${failures} failures, ${scrapes.toFixed(0)} scrapes a slice`,
  };
}
