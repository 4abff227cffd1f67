/** What ten open consoles cost callbacks, and what a page of a large store takes beside an empty one's. */
import { readTokenFile, tokenFileOf } from "../../src/admin/token-file.ts";
import { sleep } from "../../src/basics/waiting.ts";
import { loadConfig } from "../../src/config/load.ts";
import { PAGES } from "../../src/console/frame.tsx";
import { EVENTS } from "../support/large-store.ts";
import { besideIntake, fillSqlite, type Looking } from "./beside-intake.ts";
import type { Process } from "./processes.ts";
import { BENCH_ENV, type Setup, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

/** What each of them shows: pages that bring themselves up to date. */
const OPEN = [...Array(7).fill("/"), "/alarms", "/alarms", "/people?user=user-77"] as readonly string[];
/** Milliseconds, as the pages have it. */
const POLLED_EVERY_MS = 2_000;

type Ask = (path: string) => Promise<void>;

/** @param options `only`: `intake` or `pages`; `seconds` and `rounds` of slices with and without consoles */
export async function benchConsole(options: BenchOptions): Promise<Row[]> {
  const isWanted = (part: string) => part.includes(options.only ?? "");
  return [
    ...(isWanted("intake") ? await consolesBesideIntake(options) : []),
    ...(isWanted("pages") ? await pages(options) : []),
  ];
}

function consolesBesideIntake(options: BenchOptions): Promise<Row[]> {
  return besideIntake(options, {
    who: `${OPEN.length} open consoles`,
    answers: "pages",
    async prepare(setup, bridge) {
      const ask = await askerOf(setup, bridge);
      return async () => openAll(ask);
    },
  });
}

function openAll(ask: Ask): Looking {
  const stopping = new AbortController();
  let answered = 0;
  const polling = OPEN.map(async (path, index) => {
    // as people open them: not all in one moment
    await sleep((POLLED_EVERY_MS * index) / OPEN.length, stopping.signal).catch(() => undefined);
    while (!stopping.signal.aborted) {
      await ask(path);
      answered += 1;
      await sleep(POLLED_EVERY_MS, stopping.signal).catch(() => undefined);
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(polling);
      return answered;
    },
  };
}

/** By the token beside the store. */
async function askerOf({ config }: Setup, bridge: Process): Promise<Ask> {
  await bridge.until(({ fact }) => fact === "admin.ready");
  const loaded = await loadConfig(config, BENCH_ENV);
  const access = loaded.ok ? await readTokenFile(tokenFileOf(loaded.config.storage)) : undefined;
  if (access === undefined) throw new Error("nobody may look at the console");
  const headers = { authorization: `Bearer ${access.token}`, accept: "text/html" };
  return async (path) => {
    const response = await fetch(access.url + path, { headers });
    const html = await response.text();
    if (!response.ok || !html.includes("<main")) throw new Error(`${path}: ${response.status}`);
  };
}

/** Each account has 20 requests a second; milliseconds. */
const BETWEEN_MS = 60;
const TIMES = 15;

async function pages({ destinations }: BenchOptions): Promise<Row[]> {
  const setups = [await setUp(destinations, { enabled: [] }), await setUp(destinations, { enabled: [] })] as const;
  const [full] = setups;
  await (await full.startBridge()).stop();
  fillSqlite(full);
  const bridges = await Promise.all(setups.map((setup) => setup.startBridge()));
  const [large, empty] = await Promise.all(setups.map((setup, index) => askerOf(setup, bridges[index] as Process)));
  if (large === undefined || empty === undefined) throw new Error("two stores are compared");
  const rows: Row[] = [];
  for (const path of [...PAGES.map(([, each]) => each), "/?charts=24h", "/people?user=user-77"]) {
    rows.push(await pageRow(path, large, empty));
  }
  await Promise.all(bridges.map((bridge) => bridge.stop()));
  await Promise.all(setups.map((setup) => setup.close()));
  return rows;
}

async function pageRow(path: string, large: Ask, empty: Ask): Promise<Row> {
  const times: { readonly large: number; readonly empty: number }[] = [];
  for (let round = 0; round < TIMES; round += 1) {
    await sleep(BETWEEN_MS);
    times.push({ large: await timeOf(() => large(path)), empty: await timeOf(() => empty(path)) });
  }
  const [ofLarge, ofEmpty] = [median(times.map((one) => one.large)), median(times.map((one) => one.empty))];
  return {
    what: `page ${path} at ${EVENTS.toLocaleString("en")} events, times an empty store's`,
    value: (ofLarge / ofEmpty).toFixed(2),
    goal: "≤ 3",
    detail: `${ofLarge.toFixed(1)} against ${ofEmpty.toFixed(1)} ms`,
  };
}

async function timeOf(act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}
