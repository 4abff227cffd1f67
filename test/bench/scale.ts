/** Ten million deliveries wait: what that costs intake, a start, memory, `status`, and whoever takes and settles. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Process } from "./processes.ts";
import { BENCH_ENV, MAIN, type Setup, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row, range } from "./table.ts";
import { registerThree, takeThrough } from "./through.ts";
import { inTurns, rate } from "./turns.ts";
import { copyWaitingSqlite, startWaitingPostgres } from "./waiting-store.ts";

const WAITING = 10_000_000;
const CONNECTIONS = 64;
const BATCH = 100;
const BATCHES = 21;
const LEASE_MS = 60_000;

export async function benchScale(options: BenchOptions): Promise<Row[]> {
  const waiting = Number(options.only ?? WAITING);
  return [...(await ofSqlite(waiting, options)), ...(await ofPostgres(waiting, options))];
}

async function ofSqlite(waiting: number, options: BenchOptions): Promise<Row[]> {
  const [full, empty] = [
    await setUp(options.destinations, { enabled: [] }),
    await setUp(options.destinations, { enabled: [] }),
  ];
  const file = (name: string) => join(full.folder, "data", name);
  await copyWaitingSqlite(waiting, file("bridge.db"));
  const [long, short] = ["bridge.db", "short.db"].map((name) => ({ url: `sqlite:${file(name)}`, schema: "" }));
  if (long === undefined || short === undefined) throw new Error("no store");
  return measured({ store: "SQLite", waiting, full, empty, long, short }, options);
}

async function ofPostgres(waiting: number, options: BenchOptions): Promise<Row[]> {
  const { server, schema } = await startWaitingPostgres(waiting);
  const { url } = server;
  const long = { url, schema };
  const full = await setUp(options.destinations, { enabled: [], storage: long });
  const empty = await setUp(options.destinations, { enabled: [], storage: { url, schema: server.schema() } });
  const short = { url, schema: server.schema() };
  const rows = await measured({ store: "PostgreSQL", waiting, full, empty, long, short }, options);
  await server.stop();
  return rows;
}

interface Place {
  readonly url: string;
  readonly schema: string;
}

/** Bridges on a full store and on an empty one; the full one itself, and one with a short queue. */
interface Measured {
  readonly store: string;
  readonly waiting: number;
  readonly full: Setup;
  readonly empty: Setup;
  readonly long: Place;
  readonly short: Place;
}

async function measured({ store, waiting, full, empty, long, short }: Measured, options: BenchOptions): Promise<Row[]> {
  const what = (part: string) => `${store}: ${part} with ${waiting.toLocaleString("en")} waiting`;
  const [fullBridge, emptyBridge] = [await full.startBridge(), await empty.startBridge()];
  const memory = await fullBridge.residentMb();
  const statuses: number[] = [];
  const ofEmptyStore: number[] = [];
  let told = "";
  for (let round = 0; round < options.rounds; round += 1) {
    ofEmptyStore.push((await status(empty)).ms);
    const { ms, words } = await status(full);
    statuses.push(ms);
    told = words;
  }
  const { ours, theirs, share } = await inTurns(fullBridge, emptyBridge, CONNECTIONS, options);
  const shares = ours.map((one, index) => one.requestsPerSecond / (theirs[index]?.requestsPerSecond ?? Number.NaN));
  const after = await fullBridge.residentMb();
  await Promise.all([fullBridge.stop(), emptyBridge.stop()]);
  const times = await carried(long, short);
  await Promise.all([full.close(), empty.close()]);
  return [
    row(
      what("intake"),
      share.toFixed(2),
      "≥ 0.90",
      `${range(shares)}; ${rate(ours).toFixed(0)} against ${rate(theirs).toFixed(0)} callbacks/s`,
    ),
    row(what("start to ready"), `${fullBridge.readyMs.toFixed(0)} ms`, "< 1,000 ms", ofEmpty(emptyBridge)),
    row(what("memory"), `${memory.toFixed(0)} MB`, "< 200 MB", `${after.toFixed(0)} MB after the load`),
    row(
      what("`status`, its process included"),
      `${median(statuses).toFixed(0)} ms`,
      "< 1,000 ms",
      `${range(statuses, 0)}; ${median(ofEmptyStore).toFixed(0)} ms of an empty store; told as ${told}`,
    ),
    row(
      what("take and settle 100, times a short queue's"),
      median(times.shares).toFixed(2),
      "≤ 1.50",
      `${range(times.shares)}; ${times.ms.toFixed(1)} ms`,
    ),
  ];
}

const row = (what: string, value: string, goal: string, detail: string): Row => ({ what, value, goal, detail });
const ofEmpty = ({ readyMs }: Process): string => `${readyMs.toFixed(0)} ms of an empty store`;

/** The command, from its start to its end, and how it tells what waits for the first connector. */
async function status({ config }: Setup): Promise<{ readonly ms: number; readonly words: string }> {
  const started = performance.now();
  const child = spawn(process.execPath, ["run", MAIN, "status", "--config", config], {
    env: { ...process.env, ...BENCH_ENV },
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  const ms = performance.now() - started;
  return { ms, words: /^crm .*?((about )?[\d,]+\+?) /m.exec(text)?.[1] ?? text };
}

/** In turns, from the long queue and from one that holds little more than these batches. */
async function carried(...places: readonly [long: Place, short: Place]) {
  const [long, short] = await Promise.all(places.map(opened));
  if (long === undefined || short === undefined) throw new Error("no store");
  await registerThree(short);
  await takeThrough(short, { events: BATCH * (BATCHES + 4), users: BATCH, isDelivered: false });
  const pairs: { readonly long: number; readonly short: number }[] = [];
  for (let round = 0; round < BATCHES; round += 1) {
    pairs.push({ short: await carryOne(short), long: await carryOne(long) });
  }
  await Promise.all([long.close(), short.close()]);
  // what is compiled first is not counted
  const counted = pairs.slice(3);
  return { shares: counted.map((pair) => pair.long / pair.short), ms: median(counted.map((pair) => pair.long)) };
}

const opened = (place: Place): Promise<Storage> => openStorage({ ...place, prepare: true }, { create: true });

/** Milliseconds. */
async function carryOne(storage: Storage): Promise<number> {
  const started = performance.now();
  const { token, deliveries } = await storage.take("crm", BATCH, BATCH, LEASE_MS);
  const settlements = deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" }) as const);
  await storage.settle({ connector: "crm", token, settlements });
  if (deliveries.length !== BATCH) throw new Error(`took ${deliveries.length} instead of ${BATCH}`);
  return performance.now() - started;
}
