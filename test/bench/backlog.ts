/** The same intake with a million deliveries waiting, in turns with an empty store; start and memory with them. */
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/fleet.ts";
import { openStorage } from "../../src/storage/open.ts";
import { type LoadResult, load } from "./load.ts";
import { seed } from "./seed.ts";
import { BENCH_ENV, type Setup, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

const WAITING = 1_000_000;
const CONNECTIONS = 64;

export async function benchBacklog(options: BenchOptions): Promise<Row[]> {
  const empty = await setUp(options.destinations, { enabled: false });
  const full = await setUp(options.destinations, { enabled: false });
  await fill(full);
  const emptyBridge = await empty.startBridge();
  const fullBridge = await full.startBridge();
  const mbAtStart = await fullBridge.residentMb();
  const withNone: LoadResult[] = [];
  const withMany: LoadResult[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    withNone.push(await load({ url: signedUrl(emptyBridge), connections: CONNECTIONS, seconds: options.seconds }));
    withMany.push(await load({ url: signedUrl(fullBridge), connections: CONNECTIONS, seconds: options.seconds }));
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

async function fill({ config: file }: Setup): Promise<void> {
  const loaded = await loadConfig(file, BENCH_ENV);
  if (!loaded.ok) throw new Error(loaded.faults.map(({ what }) => what).join("\n"));
  const { connectors, storage: settings } = loaded.config;
  const storage = await openStorage(settings, { create: true });
  await storage.register(connectors.map((connector) => registrationOf(connector)));
  const names = connectors.map(({ name }) => name);
  await seed(storage, names, Math.ceil(WAITING / names.length));
  await storage.close();
}

const rate = (results: readonly LoadResult[]): number => median(results.map((result) => result.requestsPerSecond));
