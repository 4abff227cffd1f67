/** What it costs callbacks to be watched: ten scrapers and a person at `status --watch`, on a store of a million events. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { sleep } from "../../src/basics/waiting.ts";
import { besideIntake, type Looking } from "./beside-intake.ts";
import type { Process } from "./processes.ts";
import { BENCH_ENV, MAIN, type Setup } from "./setup.ts";
import type { BenchOptions, Row } from "./table.ts";

const SCRAPERS = 10;
/** Prometheus asks every fifteen seconds unless told otherwise; in milliseconds. */
const SCRAPE_EVERY_MS = 1_000;

/** @param options `seconds` of one slice with or without who watches, `rounds` of both in turns */
export function benchWatched(options: BenchOptions): Promise<Row[]> {
  return besideIntake(options, {
    who: `${SCRAPERS} scrapers and status --watch`,
    answers: "scrapes",
    async prepare(setup, bridge) {
      const metrics = await metricsOf(bridge);
      return () => startWatchers(setup, metrics);
    },
  });
}

async function metricsOf(bridge: Process): Promise<string> {
  let url = "";
  await bridge.until((line) => {
    if (line.fact === "admin.ready") url = `${line.url}/metrics`;
    return url !== "";
  });
  return url;
}

/** Resolves when all of them look. */
async function startWatchers({ config }: Setup, metrics: string): Promise<Looking> {
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
