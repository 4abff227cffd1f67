/** What it costs callbacks that somebody looks: slices with and without, in turns, on a store of a million events. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { EVENTS, POSTGRES_SEED, SQLITE_SEED } from "../support/large-store.ts";
import { startPostgres } from "../support/postgres.ts";
import { type LoadResult, load } from "./load.ts";
import type { Process } from "./processes.ts";
import { type Setup, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row, range } from "./table.ts";

const CONNECTIONS = 64;

/** Those who look. `stop` resolves with how often they were answered. */
export interface Looking {
  stop(): Promise<number>;
}

export interface LookingOptions {
  /** Who looks, as the row says it. */
  readonly who: string;
  /** What each answer is to one of them. */
  readonly answers: string;
  /** Called once for a bridge. */
  prepare(setup: Setup, bridge: Process): Promise<() => Promise<Looking>>;
}

/** @param options `seconds` of one slice with or without who looks, `rounds` of both in turns */
export async function besideIntake(options: BenchOptions, looking: LookingOptions): Promise<Row[]> {
  const ofSqlite = await setUp(options.destinations, { enabled: [] });
  const rows = [await measured("SQLite", ofSqlite, options, looking, async () => fillSqlite(ofSqlite))];
  const server = await startPostgres();
  const storage = { url: server.url, schema: server.schema() };
  const ofPostgres = await setUp(options.destinations, { enabled: [], storage });
  rows.push(await measured("PostgreSQL", ofPostgres, options, looking, () => fillPostgres(storage)));
  await server.stop();
  return rows;
}

export function fillSqlite({ folder }: Pick<Setup, "folder">): void {
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

async function measured(
  name: string,
  setup: Setup,
  options: BenchOptions,
  looking: LookingOptions,
  fill: () => Promise<void>,
): Promise<Row> {
  // makes the store
  await (await setup.startBridge()).stop();
  await fill();
  const bridge = await setup.startBridge();
  const begin = await looking.prepare(setup, bridge);
  const slice = () => load({ url: signedUrl(bridge), connections: CONNECTIONS, seconds: options.seconds });
  await slice();
  const turns: Turn[] = [];
  let answers = 0;
  for (let round = 0; round < options.rounds; round += 1) {
    const alone = await slice();
    const lookers = await begin();
    turns.push({ alone, watched: await slice() });
    answers += await lookers.stop();
  }
  await bridge.stop();
  await setup.close();
  return row(name, turns, looking, answers / options.rounds);
}

interface Turn {
  readonly alone: LoadResult;
  readonly watched: LoadResult;
}

function row(name: string, turns: readonly Turn[], { who, answers }: LookingOptions, answered: number): Row {
  const ratios = turns.map(({ alone, watched }) => watched.p99 / alone.p99);
  const of = (which: keyof Turn, what: "p99" | "requestsPerSecond") => median(turns.map((turn) => turn[which][what]));
  const failures = turns.reduce((sum, turn) => sum + turn.watched.failures, 0);
  return {
    what: `${name}: intake's p99 with ${who} at ${EVENTS.toLocaleString("en")} events, times without`,
    value: median(ratios).toFixed(2),
    goal: "≤ 1.10",
    detail: `ratios ${range(ratios)}; ${of("watched", "p99").toFixed(1)} against ${of("alone", "p99").toFixed(1)} ms, ${of("watched", "requestsPerSecond").toFixed(0)} against ${of("alone", "requestsPerSecond").toFixed(0)} callbacks/s; ${failures} failures, ${answered.toFixed(0)} ${answers} a slice`,
  };
}
