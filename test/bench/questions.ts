/** What questions cost: pages of a large store against an empty one's, and readers beside the intake. */

import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { sleep } from "../../src/basics/waiting.ts";
import { openThrottle } from "../../src/delivery/throttle.ts";
import type { Questions } from "../../src/storage/contract/questions.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { openSqliteThread } from "../../src/storage/sqlite/thread.ts";
import { registrationOf } from "../storage/suite-support.ts";
import { EVENTS, POSTGRES_SEED, SQLITE_SEED } from "../support/large-store.ts";
import { startPostgres } from "../support/postgres.ts";
import { type BenchOptions, median, type Row, range } from "./table.ts";

interface Asked {
  readonly storage: Storage;
  readonly questions: Questions;
  close(): Promise<void>;
}

/** The pages that people open all day. */
const PAGES: Readonly<Record<string, (questions: Questions) => Promise<unknown>>> = {
  person: (questions) => questions.deliveries({ user: "user-77" }, { limit: 50 }),
  waiting: (questions) => questions.deliveries({ states: ["waiting"] }, { limit: 50 }),
  dead: (questions) => questions.deliveries({ states: ["dead"] }, { limit: 50 }),
  latest: (questions) => questions.deliveries({}, { limit: 50 }),
};
const READERS = 10;
const PAUSE_MS = 50;
const CALLBACKS_AT_ONCE = 64;

/** In a slice of the long part, a second, all together: half a gigabyte of raw bodies in twenty minutes, and no more. */
const PACE = 500;
/** Takes as long as it is given: only when it is asked for by its name. */
const LONG_PART = "minutes";

/** @param options `seconds` of one slice with or without readers, `rounds` of both in turns; `only` a part's name */
export async function benchQuestions(options: BenchOptions): Promise<Row[]> {
  const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
    SQLite: () => pagesOf("SQLite", sqliteStore),
    PostgreSQL: () => pagesOf("PostgreSQL", postgresStore),
    intake: () => readersBesideIntake(options, Number.POSITIVE_INFINITY),
    [LONG_PART]: () => readersBesideIntake(options, PACE),
  };
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    const isWanted = name === LONG_PART ? options.only === LONG_PART : name.includes(options.only ?? "");
    if (isWanted) rows.push(...(await part()));
  }
  return rows;
}

/** Against a store that holds little more than the same fifty lines: to hand these out costs what it costs. */
async function pagesOf(name: string, open: (seed: "large" | "small") => Promise<Asked>): Promise<Row[]> {
  const [large, small] = [await open("large"), await open("small")];
  const rows: Row[] = [];
  for (const [page, ask] of Object.entries(PAGES)) {
    const times: { readonly large: number; readonly small: number }[] = [];
    for (let round = 0; round < 100; round += 1) {
      // as one reader would: who asks again at once waits until the bridge has had its turn
      await sleep(PAUSE_MS);
      times.push({ large: await timeOf(() => ask(large.questions)), small: await timeOf(() => ask(small.questions)) });
    }
    const [ofLarge, ofSmall] = [median(times.map((one) => one.large)), median(times.map((one) => one.small))];
    rows.push({
      what: `${name}: page of ${page} at ${EVENTS.toLocaleString("en")} events, times a small store's`,
      value: (ofLarge / ofSmall).toFixed(2),
      goal: "≤ 3",
      detail: `${ofLarge.toFixed(2)} against ${ofSmall.toFixed(2)} ms, the longest ${Math.max(...times.map((one) => one.large)).toFixed(1)} ms`,
    });
  }
  await Promise.all([large.close(), small.close()]);
  return rows;
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

async function registered(storage: Storage): Promise<void> {
  await storage.register([registrationOf("crm"), registrationOf("partner")]);
}

/** A page of each: a hundred that wait, a hundred that are dead, and nothing else. */
const SMALL = `DELETE FROM deliveries WHERE event > 200; DELETE FROM events WHERE seq > 200;
  UPDATE deliveries SET state = 'dead', class = 'rejected' WHERE event > 100`;

async function sqliteStore(seed: "large" | "small"): Promise<Asked> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const path = join(folder, "bridge.db");
  const made = await openSqliteThread({ path });
  await registered(made);
  await made.close();
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; ${SQLITE_SEED}`);
  if (seed === "small") db.exec(`${SMALL}; VACUUM;`);
  db.close();
  const storage = await openSqliteThread({ path });
  const questions = openQuestionsBeside({ url: `sqlite:${path}`, schema: "", prepare: true }, storage);
  return {
    ...{ storage, questions },
    async close() {
      await questions.close();
      await storage.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function postgresStore(seed: "large" | "small"): Promise<Asked> {
  const server = await startPostgres();
  const [{ url }, schema] = [server, server.schema()];
  const storage = await openPostgres({ url, schema });
  await registered(storage);
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await sql.unsafe(`SET search_path = ${schema}; ${POSTGRES_SEED}; ${seed === "small" ? SMALL : ""}`);
  await sql.unsafe("VACUUM");
  await sql.end();
  const questions = openQuestionsBeside({ url, schema, prepare: true }, storage);
  return {
    ...{ storage, questions },
    async close() {
      await questions.close();
      await storage.close();
      await server.stop();
    },
  };
}

interface Slice {
  readonly p99: number;
  readonly mostLog: number;
  readonly kept: number;
  readonly asked: number;
}

/**
 * A store that takes callbacks, with ten readers who ask one thing after another, and without.
 * @param pace callbacks a second at most
 */
async function readersBesideIntake({ seconds, rounds }: BenchOptions, pace: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const path = join(folder, "bridge.db");
  const storage = await openSqliteThread({ path });
  await registered(storage);
  await storage.close();
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; ${SQLITE_SEED}`);
  db.close();
  const served = await openSqliteThread({ path });
  const throttle = openThrottle();
  const settings = { url: `sqlite:${path}`, schema: "", prepare: true };
  const questions = openQuestionsBeside(settings, served, throttle.rest);
  const noted: Pick<Storage, "accept"> = {
    accept(intake) {
      // as the intake tells of them, which takes so many in at once
      throttle.arrived(CALLBACKS_AT_ONCE, 0);
      return served.accept(intake);
    },
  };
  const [withReaders, without]: [Slice[], Slice[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await slice({ path, storage: noted, questions: undefined, seconds, pace }));
    withReaders.push(await slice({ path, storage: noted, questions, seconds, pace }));
  }
  await questions.close();
  await served.close();
  await rm(folder, { recursive: true });
  return [latencyRow(withReaders, without), logRow(withReaders, without)];
}

function latencyRow(withReaders: readonly Slice[], without: readonly Slice[]): Row {
  const of = (slices: readonly Slice[], name: keyof Slice) => median(slices.map((one) => one[name]));
  const ratios = withReaders.map(({ p99 }, index) => p99 / (without[index]?.p99 ?? Number.NaN));
  return {
    what: `intake's p99 with ${READERS} readers, times without`,
    value: median(ratios).toFixed(2),
    goal: "≤ 1.10",
    detail: `${of(withReaders, "p99").toFixed(1)} against ${of(without, "p99").toFixed(1)} ms (ratios ${range(ratios)}); ${of(withReaders, "kept")} against ${of(without, "kept")} callbacks, ${of(withReaders, "asked")} questions a slice`,
  };
}

function logRow(withReaders: readonly Slice[], without: readonly Slice[]): Row {
  const most = (slices: readonly Slice[]) => Math.max(...slices.map(({ mostLog }) => mostLog));
  const mb = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MB`;
  return {
    what: `the largest -wal with ${READERS} readers, times without`,
    value: (most(withReaders) / most(without)).toFixed(2),
    goal: "< 2",
    detail: `${mb(most(withReaders))} against ${mb(most(without))}`,
  };
}

interface SliceOptions {
  readonly path: string;
  readonly storage: Pick<Storage, "accept">;
  readonly questions: Questions | undefined;
  readonly seconds: number;
  /** Callbacks a second at most. */
  readonly pace: number;
}

async function slice({ path, storage, questions, seconds, pace }: SliceOptions): Promise<Slice> {
  const end = performance.now() + seconds * 1_000;
  const isOver = () => performance.now() >= end;
  const latencies: number[] = [];
  let mostLog = 0;
  let asked = 0;

  async function keepCallbacks(): Promise<void> {
    while (!isOver()) {
      const took = await timeOf(() => storage.accept({ callbacks: [CALLBACK()], quarantine: [] }));
      latencies.push(took);
      const turn = (CALLBACKS_AT_ONCE * 1_000) / pace;
      if (took < turn) await sleep(turn - took);
    }
  }
  async function read(): Promise<void> {
    const asks = [
      ...Object.values(PAGES),
      (from: Questions) => from.deliveries({ states: ["superseded"] }, { limit: 50 }),
      (from: Questions) => from.status(),
    ];
    while (questions !== undefined && !isOver()) {
      for (const ask of asks) await ask(questions);
      asked += asks.length;
    }
  }
  const looking = setInterval(() => {
    mostLog = Math.max(mostLog, statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  }, 50);
  await Promise.all([
    ...Array.from({ length: CALLBACKS_AT_ONCE }, keepCallbacks),
    ...Array.from({ length: READERS }, read),
  ]);
  clearInterval(looking);
  latencies.sort((a, b) => a - b);
  return { p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN, mostLog, kept: latencies.length, asked };
}

const CALLBACK = () => ({
  ...{ app: "1400000000", command: "OfficialAccount.CallbackAfterDeleteSubscriber", platform: "RESTAPI" },
  ...{ clientIp: "127.0.0.1", receivedAt: Date.now(), body: new Uint8Array(600) },
});
