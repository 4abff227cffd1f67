/** What comparing very many subscribers takes: calls, time and memory, against the least that is possible. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../support/postgres.ts";
import { start } from "./processes.ts";
import { intakeBeside } from "./reconcile-intake.ts";
import type { PassTimes, Task } from "./reconcile-passes.ts";
import type { BenchOptions, Row } from "./table.ts";

const PEOPLE = Number(process.env.RECONCILE_PEOPLE ?? 1_000_000);
const PER_PAGE = 200;
const LATENCIES_MS = [0, 50];
const SIDE_BY_SIDE = 4;
/** Calls a second that they share: fewer than four readers alone would make at 50 ms. */
const CALLS = 40;
const MOST_MB = 200;
/** The default, and as many as Chat takes of everybody. */
const BESIDE = [
  { calls: 20, goal: "≤ 1.10" },
  { calls: 200, goal: "" },
] as const;

type Store = Task["store"];

/** @param options `only` a part of a row's name */
export async function benchReconcile(options: BenchOptions): Promise<Row[]> {
  const { only = "" } = options;
  const rows: Row[] = [];
  const server = await startPostgres();
  const stores: Readonly<Record<string, () => Promise<{ store: Store; close(): Promise<void> }>>> = {
    SQLite: sqliteStore,
    PostgreSQL: async () => ({ store: { url: server.url, schema: server.schema() }, close: async () => undefined }),
  };
  for (const [name, open] of Object.entries(stores)) {
    for (const latencyMs of LATENCIES_MS) {
      const what = `${name}: a pass over ${PEOPLE.toLocaleString("en")} at ${latencyMs} ms`;
      if (what.includes(only)) rows.push(...(await alone(what, open, latencyMs)));
    }
    const what = `${name}: ${SIDE_BY_SIDE} accounts side by side, ${CALLS} calls a second`;
    if (what.includes(only)) rows.push(await together(what, open));
    for (const { calls, goal } of BESIDE) {
      const what = `${name}: intake's p99 beside a pass of ${calls} calls a second, times without`;
      const storage = name === "SQLite" ? undefined : { url: server.url, schema: server.schema() };
      if (what.includes(only)) rows.push(await intakeBeside({ what, goal, storage, people: PEOPLE, calls }, options));
    }
  }
  await server.stop();
  return rows;
}

interface Passed {
  readonly bareMs: number;
  readonly first: PassTimes;
  readonly second: PassTimes;
  readonly peakMb: number;
}

async function passed(
  open: () => Promise<{ store: Store; close(): Promise<void> }>,
  accounts: number,
  latencyMs: number,
  calls?: number,
): Promise<Passed> {
  const file = (name: string) => join(import.meta.dirname, name);
  const chat = await start([file("chat.ts"), `${accounts}`, `${PEOPLE}`, `${latencyMs}`], "url");
  const { store, close } = await open();
  const task: Task = {
    ...{ url: chat.said.url ?? "", store, accounts: Array.from({ length: accounts }, (_, index) => `@TOA#_${index}`) },
    ...(calls !== undefined && { calls }),
  };
  const passes = await start([file("reconcile-passes.ts"), JSON.stringify(task)], "done");
  await chat.stop();
  await close();
  return passes.said as unknown as Passed;
}

async function alone(what: string, open: Parameters<typeof passed>[0], latencyMs: number): Promise<Row[]> {
  const { bareMs, first, second, peakMb } = await passed(open, 1, latencyMs);
  const least = PEOPLE / PER_PAGE + 1;
  const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const detail = ({ ms, readMs, siftMs, mergeMs, pages }: PassTimes) =>
    `${s(ms)} for ${pages} pages: read ${s(readMs)}, sifted ${s(siftMs)}, merged ${s(mergeMs)}; a page alone takes ${bareMs.toFixed(2)} ms`;
  const time = (name: string, times: PassTimes): Row => ({
    what: `${what}, ${name}: time, times reading alone`,
    value: (times.ms / (times.pages * bareMs)).toFixed(2),
    goal: latencyMs === 0 ? "" : "≤ 1.10",
    detail: detail(times),
  });
  return [
    time("the first", first),
    time("one that finds everybody there", second),
    {
      what: `${what}: calls, times the least`,
      value: (second.calls / least).toFixed(3),
      goal: "1.000",
      detail: `${second.calls} of ${least}`,
    },
    { what: `${what}: memory of the process`, value: `${peakMb.toFixed(0)} MB`, goal: `≤ ${MOST_MB} MB`, detail: "" },
  ];
}

async function together(what: string, open: Parameters<typeof passed>[0]): Promise<Row> {
  const { second } = await passed(open, SIDE_BY_SIDE, LATENCIES_MS.at(-1) ?? 0, CALLS);
  const least = (second.calls / CALLS) * 1_000;
  return {
    what: `${what}: time, times what the rate asks for`,
    value: (second.ms / least).toFixed(2),
    goal: "≤ 1.10",
    detail: `${(second.ms / 1_000).toFixed(1)} s for ${second.calls} calls: ${((second.calls / second.ms) * 1_000).toFixed(0)} a second`,
  };
}

async function sqliteStore() {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-bench-"));
  const store = { url: `sqlite:${join(folder, "bridge.db")}`, schema: "" };
  return { store, close: () => rm(folder, { recursive: true }) };
}
