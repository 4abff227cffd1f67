/** The same intake with a million deliveries waiting, in turns with an empty store; start and memory with them. */
import { type LoadResult, load } from "./load.ts";
import type { Process } from "./processes.ts";
import { CONNECTORS, fill, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

const WAITING = 1_000_000;
const CONNECTIONS = 64;

export async function benchBacklog(options: BenchOptions): Promise<Row[]> {
  const empty = await setUp(options.destinations, { enabled: [] });
  const full = await setUp(options.destinations, { enabled: [] });
  await fill(full, Math.ceil(WAITING / Object.keys(CONNECTORS).length));
  const emptyBridge = await empty.startBridge();
  const fullBridge = await full.startBridge();
  const mbAtStart = await fullBridge.residentMb();
  const withNone: LoadResult[] = [];
  const withMany: LoadResult[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    withNone.push(await loadAlone(emptyBridge, fullBridge, options.seconds));
    withMany.push(await loadAlone(fullBridge, emptyBridge, options.seconds));
  }
  const mbAfter = await fullBridge.residentMb();
  await Promise.all([emptyBridge.stop(), fullBridge.stop()]);
  await Promise.all([empty.close(), full.close()]);
  return [
    {
      what: "intake with 1,000,000 waiting, share of an empty store",
      value: (rate(withMany) / rate(withNone)).toFixed(2),
      goal: "≥ 0.90",
      detail: `${rate(withMany).toFixed(0)} against ${rate(withNone).toFixed(0)} callbacks/s`,
    },
    {
      what: "start to ready with 1,000,000 waiting, times an empty store's",
      value: (fullBridge.readyMs / emptyBridge.readyMs).toFixed(2),
      goal: "",
      detail: `${fullBridge.readyMs.toFixed(0)} against ${emptyBridge.readyMs.toFixed(0)} ms`,
    },
    {
      what: "memory with 1,000,000 waiting",
      value: `${mbAtStart.toFixed(0)} MB`,
      goal: "< 200 MB",
      detail: `${mbAfter.toFixed(0)} MB after the load`,
    },
  ];
}

/** The one that is not measured has work left from before, and must not do it now. */
async function loadAlone(bridge: Process, other: Process, seconds: number): Promise<LoadResult> {
  other.pause();
  const result = await load({ url: signedUrl(bridge), connections: CONNECTIONS, seconds });
  other.resume();
  return result;
}

const rate = (results: readonly LoadResult[]): number => median(results.map((result) => result.requestsPerSecond));
