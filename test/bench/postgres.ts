/** The bench on a local PostgreSQL with its own defaults: intake, a batch among a million, three machines against one. */
import { join } from "node:path";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { compare } from "./intake.ts";
import { type Process, start } from "./processes.ts";
import { CONNECTORS, fill, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

const BARE = join(import.meta.dirname, "bare.ts");
const WAITING = 1_000_000;
const BATCH = 100;
const BATCHES = 40;
const DRAINED = 20_000;
const LEASE_MS = 60_000;

export async function benchPostgres(options: BenchOptions): Promise<Row[]> {
  const rows = await onServer(undefined, async (server) => [
    ...(await intake(server, options)),
    ...(await batches(server, options)),
    await machines(server, options),
  ]);
  // a stock server: older, and it can compile queries
  if (DEBIAN_POSTGRES === undefined) return rows;
  const stock = await onServer(DEBIAN_POSTGRES, (server) => batches(server, options));
  return [...rows, ...stock.map((row) => ({ ...row, what: `Debian's ${row.what}` }))];
}

async function onServer(binaries: string | undefined, measure: (server: PrivateServer) => Promise<Row[]>) {
  // every plan goes to the server's log
  const explaining = { session_preload_libraries: "auto_explain", "auto_explain.log_min_duration": "-1" };
  const server = await startPrivatePostgres(explaining, binaries);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

async function intake(server: PrivateServer, options: BenchOptions): Promise<Row[]> {
  const setup = await setUp(options.destinations, { enabled: [], storage: storageIn(server) });
  const bare = await start([BARE], "url");
  const bridge = await setup.startBridge();
  const rows: Row[] = [];
  for (const connections of [64, 256]) {
    const row = await compare(bridge, bare, connections, options);
    rows.push({ ...row, what: `PostgreSQL: ${row.what}`, goal: "≥ 0.15" });
  }
  await Promise.all([bridge.stop(), bare.stop()]);
  await setup.close();
  return rows;
}

/** Take and settle one batch, in turns from a queue of a million and from one that holds little more than these batches. */
async function batches(server: PrivateServer, { destinations }: BenchOptions): Promise<Row[]> {
  const [few, many] = [storageIn(server), storageIn(server)];
  await fillStore(destinations, few, BATCH * (BATCHES + 2));
  await fillStore(destinations, many, Math.ceil(WAITING / Object.keys(CONNECTORS).length));
  const [fewStore, manyStore] = await Promise.all([few, many].map(openPostgres));
  if (fewStore === undefined || manyStore === undefined) throw new Error("no store");
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  // what autovacuum would have done meanwhile
  await sql`VACUUM ANALYZE`;
  const before = await sequentialScans(sql, many.schema);
  const times = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round < BATCHES; round += 1) {
    times.few.push(await carryOne(fewStore));
    times.many.push(await carryOne(manyStore));
  }
  // counters of other sessions arrive late
  await Promise.all([fewStore.close(), manyStore.close()]);
  const scans = (await sequentialScans(sql, many.schema)) - before;
  await printPlans(server, many);
  await sql.end();
  return [
    {
      what: "PostgreSQL: take and settle 100 of 1,000,000 waiting, times a short queue's",
      value: (median(times.many) / median(times.few)).toFixed(2),
      goal: "≤ 1.50",
      detail: `${median(times.many).toFixed(1)} against ${median(times.few).toFixed(1)} ms`,
    },
    {
      what: "PostgreSQL: sequential scans of events and deliveries meanwhile",
      value: `${scans}`,
      goal: "0",
      detail: "",
    },
  ];
}

/** Milliseconds. */
async function carryOne(storage: Storage): Promise<number> {
  const started = performance.now();
  const claim = await storage.take("crm", BATCH, BATCH, LEASE_MS);
  if (claim.deliveries.length !== BATCH) throw new Error(`took ${claim.deliveries.length} instead of ${BATCH}`);
  const settlements = claim.deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" }) as const);
  await storage.settle({ connector: "crm", token: claim.token, settlements });
  return performance.now() - started;
}

async function sequentialScans(sql: postgres.Sql, schema: string): Promise<number> {
  const [row] = await sql`SELECT sum(seq_scan) AS scans FROM pg_stat_user_tables
    WHERE schemaname = ${schema} AND relname IN ('events', 'deliveries')`;
  return Number(row?.scans ?? 0);
}

/** For people, on stderr: each plan of one more batch. */
async function printPlans(server: PrivateServer, place: Place): Promise<void> {
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  // for sessions that begin from now on
  await sql`ALTER ROLE CURRENT_USER SET auto_explain.log_min_duration = 0`;
  const storage = await openPostgres(place);
  const from = server.log().length;
  await carryOne(storage);
  await storage.close();
  await sql`ALTER ROLE CURRENT_USER RESET auto_explain.log_min_duration`;
  await sql.end();
  console.error(server.log().slice(from));
}

/** A queue of contacts, drained by one machine and by three. */
async function machines(server: PrivateServer, { destinations, rounds }: BenchOptions): Promise<Row> {
  const [one, three]: number[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    one?.push(await drain(server, destinations, 1));
    three?.push(await drain(server, destinations, 3));
  }
  const rates = [median(one ?? []), median(three ?? [])];
  return {
    what: "PostgreSQL: drain by three machines, times one",
    value: ((rates[1] ?? 0) / (rates[0] ?? 0)).toFixed(2),
    goal: "",
    detail: `${rates[1]?.toFixed(0)} against ${rates[0]?.toFixed(0)} deliveries/s; all on this machine, database and destinations too`,
  };
}

/** Deliveries a second, from the first that is settled to the last. */
async function drain(server: PrivateServer, destinations: Process, count: number): Promise<number> {
  const storage = storageIn(server);
  const setups = await Promise.all(
    Array.from({ length: count }, () => setUp(destinations, { enabled: ["crm"], storage })),
  );
  await fillStore(destinations, storage, DRAINED);
  const bridges = await Promise.all(setups.map((setup) => setup.startBridge()));
  let delivered = 0;
  let first: { at: number; delivered: number } | undefined;
  const done = bridges.map((bridge) =>
    bridge.until((line) => {
      if (line.fact === "batch.settled") {
        delivered += Number(line.delivered ?? 0);
        first ??= { at: performance.now(), delivered };
      }
      return delivered >= DRAINED;
    }),
  );
  await Promise.race(done);
  const seconds = (performance.now() - (first?.at ?? 0)) / 1000;
  for (const each of done) each.catch(() => undefined);
  await Promise.all(bridges.map((bridge) => bridge.stop()));
  await Promise.all(setups.map((setup) => setup.close()));
  return (delivered - (first?.delivered ?? 0)) / seconds;
}

interface Place {
  readonly url: string;
  readonly schema: string;
}

/** A store of its own. */
function storageIn(server: PrivateServer): Place {
  return { url: server.url, schema: server.schema() };
}

async function fillStore(destinations: Process, storage: Place, count: number): Promise<void> {
  const setup = await setUp(destinations, { enabled: [], storage });
  await fill(setup, count);
  await setup.close();
}
