/** Draining a queue of each connector type, as a share of a bare loop with the same library: in turns, one at a time. */
import { join } from "node:path";
import { type Process, start } from "./processes.ts";
import { CONNECTORS, fill, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";

/** Enough for some seconds each. The destinations know this many users. */
const DELIVERIES = { hubspot: 80_000, segment: 80_000, webhook: 20_000 } as const;
/** Each fills a store of its own, and takes some twenty seconds. */
const ENOUGH_ROUNDS = 3;
type Type = keyof typeof DELIVERIES;

const BARE = join(import.meta.dirname, "bare-drain.ts");

export async function benchDrain(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, type] of Object.entries(CONNECTORS)) {
    const bare: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < Math.min(options.rounds, ENOUGH_ROUNDS); round += 1) {
      bare.push(await drainBare(type, options.destinations));
      ours.push(await drainBridge(name, type, options.destinations));
    }
    rows.push({
      what: `drain to ${type}, share of a bare loop`,
      value: median(ours.map((rate, round) => rate / (bare[round] ?? Number.NaN))).toFixed(2),
      goal: "≥ 0.50",
      detail: `${median(ours).toFixed(0)} against ${median(bare).toFixed(0)} deliveries/s`,
    });
  }
  return rows;
}

async function drainBare(type: Type, destinations: Process): Promise<number> {
  const bare = await start([BARE, type, destinations.said[type] ?? "", `${DELIVERIES[type]}`], "perSecond");
  await bare.stop();
  return Number(bare.said.perSecond);
}

/** Deliveries a second of the second half, as the ledger has them delivered: a bridge runs for long, and is warm. */
async function drainBridge(connector: string, type: Type, destinations: Process): Promise<number> {
  const setup = await setUp(destinations, { enabled: [connector] });
  await fill(setup, DELIVERIES[type]);
  const settled: { at: number; delivered: number }[] = [];
  let delivered = 0;
  const bridge = await setup.startBridge();
  await bridge.until((line) => {
    if (line.fact !== "batch.settled") return false;
    delivered += Number(line.delivered ?? 0);
    settled.push({ at: performance.now(), delivered });
    return delivered >= DELIVERIES[type];
  });
  await bridge.stop();
  await setup.close();
  const first = settled.find((one) => one.delivered >= DELIVERIES[type] / 2);
  // the last line came some time after the last delivery
  const last = settled.at(-2);
  if (first === undefined || last === undefined || last.at <= first.at) {
    throw new Error(`too few lines tell how ${connector} was delivered to`);
  }
  return ((last.delivered - first.delivered) * 1000) / (last.at - first.at);
}
