/** The same intake with a million deliveries waiting, in turns with an empty store; start and memory with them. */
import { CONNECTORS, fill, setUp } from "./setup.ts";
import type { BenchOptions, Row } from "./table.ts";
import { inTurns, rate } from "./turns.ts";

const WAITING = 1_000_000;
const CONNECTIONS = 64;

export async function benchBacklog(options: BenchOptions): Promise<Row[]> {
  const empty = await setUp(options.destinations, { enabled: [] });
  const full = await setUp(options.destinations, { enabled: [] });
  await fill(full, Math.ceil(WAITING / Object.keys(CONNECTORS).length));
  const emptyBridge = await empty.startBridge();
  const fullBridge = await full.startBridge();
  const mbAtStart = await fullBridge.residentMb();
  const { ours: withMany, theirs: withNone, share } = await inTurns(fullBridge, emptyBridge, CONNECTIONS, options);
  const mbAfter = await fullBridge.residentMb();
  await Promise.all([emptyBridge.stop(), fullBridge.stop()]);
  await Promise.all([empty.close(), full.close()]);
  return [
    {
      what: "intake with 1,000,000 waiting, share of an empty store",
      value: share.toFixed(2),
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
