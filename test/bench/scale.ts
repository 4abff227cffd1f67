/** Ten million deliveries wait: what that costs intake, a start, memory, `status`, and whoever takes and settles. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openStorage } from "../../src/storage/open.ts";
import type { Process } from "./processes.ts";
import { BENCH_ENV, MAIN, type Setup, type SetupOptions, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";
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
  await copyWaitingSqlite(waiting, join(full.folder, "data/bridge.db"));
  return measured("SQLite", waiting, options, [full, empty], (setup) => ({
    url: `sqlite:${join(setup.folder, "data/bridge.db")}`,
  }));
}

async function ofPostgres(waiting: number, options: BenchOptions): Promise<Row[]> {
  const { server, schema } = await startWaitingPostgres(waiting);
  const storages = [
    { url: server.url, schema },
    { url: server.url, schema: server.schema() },
  ];
  const [full, empty] = await Promise.all(
    storages.map((storage) => setUp(options.destinations, { enabled: [], storage })),
  );
  if (full === undefined || empty === undefined) throw new Error("no setup");
  const rows = await measured("PostgreSQL", waiting, options, [full, empty], (setup) =>
    setup === full ? storages[0] : storages[1],
  );
  await server.stop();
  return rows;
}

async function measured(
  store: string,
  waiting: number,
  options: BenchOptions,
  [full, empty]: readonly [Setup, Setup],
  storageOf: (setup: Setup) => SetupOptions["storage"],
): Promise<Row[]> {
  const what = (part: string) => `${store}: ${part} with ${waiting.toLocaleString("en")} waiting`;
  const [fullBridge, emptyBridge] = [await full.startBridge(), await empty.startBridge()];
  const memory = await fullBridge.residentMb();
  const statuses: number[] = [];
  let told = "";
  for (let round = 0; round < options.rounds; round += 1) {
    const { ms, words } = await status(full);
    statuses.push(ms);
    told = words;
  }
  const { ours, theirs, share } = await inTurns(fullBridge, emptyBridge, CONNECTIONS, options);
  const shares = ours.map((one, index) => one.requestsPerSecond / (theirs[index]?.requestsPerSecond ?? Number.NaN));
  const after = await fullBridge.residentMb();
  await Promise.all([fullBridge.stop(), emptyBridge.stop()]);
  const times = await carried(storageOf(full), storageOf(empty));
  await Promise.all([full.close(), empty.close()]);
  return [
    row(
      what("intake"),
      share.toFixed(2),
      "≥ 0.90",
      `${spread(shares, 2)}; ${rate(ours).toFixed(0)} against ${rate(theirs).toFixed(0)} callbacks/s`,
    ),
    row(what("start to ready"), `${fullBridge.readyMs.toFixed(0)} ms`, "< 1,000 ms", ofEmpty(emptyBridge)),
    row(what("memory"), `${memory.toFixed(0)} MB`, "< 200 MB", `${after.toFixed(0)} MB after the load`),
    row(
      what("`status`, its process included"),
      `${median(statuses).toFixed(0)} ms`,
      "< 1,000 ms",
      `${spread(statuses, 0)}; ${told}`,
    ),
    row(
      what("take and settle 100, times a short queue's"),
      median(times.shares).toFixed(2),
      "≤ 1.50",
      `${spread(times.shares, 2)}; ${times.ms.toFixed(1)} ms`,
    ),
  ];
}

const row = (what: string, value: string, goal: string, detail: string): Row => ({ what, value, goal, detail });
const ofEmpty = ({ readyMs }: Process): string => `${readyMs.toFixed(0)} ms of an empty store`;
const spread = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;

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
async function carried(full: SetupOptions["storage"], empty: SetupOptions["storage"]) {
  const [long, short] = await Promise.all([full, empty].map((storage) => opened(storage)));
  if (long === undefined || short === undefined) throw new Error("no store");
  await registerThree(short);
  await takeThrough(short, { events: BATCH * (BATCHES + 4), users: BATCH, isDelivered: false });
  const pairs: { readonly long: number; readonly short: number }[] = [];
  for (let round = 0; round < BATCHES; round += 1)
    pairs.push({ short: await carryOne(short), long: await carryOne(long) });
  await Promise.all([long.close(), short.close()]);
  // what is compiled first is not counted
  const counted = pairs.slice(3);
  return { shares: counted.map((pair) => pair.long / pair.short), ms: median(counted.map((pair) => pair.long)) };
}

const opened = (storage: SetupOptions["storage"]) =>
  openStorage({ url: storage?.url ?? "", schema: storage?.schema ?? "", prepare: true }, { create: true });

/** Milliseconds. */
async function carryOne(storage: Awaited<ReturnType<typeof opened>>): Promise<number> {
  const started = performance.now();
  const { token, deliveries } = await storage.take("crm", BATCH, BATCH, LEASE_MS);
  const settlements = deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" }) as const);
  await storage.settle({ connector: "crm", token, settlements });
  if (deliveries.length !== BATCH) throw new Error(`took ${deliveries.length} instead of ${BATCH}`);
  return performance.now() - started;
}
