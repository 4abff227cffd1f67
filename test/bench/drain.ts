/** Draining a queue of each connector type, as a share of a bare loop with the same library: in turns, one at a time. */
import { join } from "node:path";
import { type Process, start } from "./processes.ts";
import { REACH_ANSWERS_MS, REACH_SIZES, REACH_TYPES, reachYaml } from "./reach.ts";
import { CONNECTORS, fill, type SetupOptions, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row, spread } from "./table.ts";

/** Each fills a store of its own, and takes some twenty seconds. */
const ENOUGH_ROUNDS = 3;

const BARE = join(import.meta.dirname, "bare-drain.ts");
const LEDGER = join(import.meta.dirname, "bare-ledger.ts");
const REACH = join(import.meta.dirname, "reach-destinations.ts");

interface Drained {
  readonly type: string;
  /** Enough for some seconds. The destinations know this many users. */
  readonly deliveries: number;
  readonly goal: string;
  readonly setup: SetupOptions;
  /** How long its stand-in takes to answer; at once unless set. Milliseconds. */
  readonly answersMs?: number;
  /** Whether a bare loop with a ledger is measured as well: where a request carries many, their ledger is most of the work. */
  readonly hasLedger?: boolean;
}

const FIRST: readonly Drained[] = Object.entries(CONNECTORS).map(([name, type]) => ({
  ...{ type, goal: "≥ 0.50", setup: { enabled: [name] } },
  deliveries: type === "webhook" ? 20_000 : 80_000,
}));

/** @param options `only`: types whose names contain this */
export async function benchDrain(options: BenchOptions): Promise<Row[]> {
  const reach = await start([REACH, `${REACH_ANSWERS_MS}`], "http");
  const others = REACH_TYPES.map((type) => ({
    ...{ type, deliveries: REACH_SIZES[type].deliveries, goal: "≥ 0.60", answersMs: REACH_ANSWERS_MS },
    setup: { connectors: reachYaml(type, reach.said[type] ?? "") },
    hasLedger: REACH_SIZES[type].batch > 1,
  }));
  const rows: Row[] = [];
  for (const drained of [...FIRST, ...others].filter(({ type }) => type.includes(options.only ?? ""))) {
    rows.push(await drain(drained, options, FIRST.includes(drained) ? options.destinations : reach));
  }
  await reach.stop();
  return rows;
}

async function drain(drained: Drained, options: BenchOptions, destinations: Process): Promise<Row> {
  const bare: number[] = [];
  const ours: number[] = [];
  const ledger: number[] = [];
  for (let round = 0; round < Math.min(options.rounds, ENOUGH_ROUNDS); round += 1) {
    bare.push(await drainBare(drained, destinations));
    ours.push(await drainBridge(drained, destinations));
    if (drained.hasLedger) ledger.push(await drainLedger(drained, destinations));
  }
  const sharesOf = (rates: readonly number[]) => ours.map((rate, round) => rate / (rates[round] ?? Number.NaN));
  const shares = sharesOf(bare);
  return {
    what: `drain to ${drained.type}${drained.answersMs === undefined ? "" : `, which answers after ${drained.answersMs} ms`}, share of a bare loop`,
    value: median(shares).toFixed(2),
    goal: drained.goal,
    detail:
      `${spread(shares)}; ${median(ours).toFixed(0)} against ${median(bare).toFixed(0)} deliveries/s` +
      (drained.hasLedger ? `; ${spread(sharesOf(ledger))} of one with a ledger, ${median(ledger).toFixed(0)}` : ""),
  };
}

/** On a store that the bridge's own filling made. */
async function drainLedger({ type, deliveries, setup: options }: Drained, destinations: Process): Promise<number> {
  const setup = await setUp(destinations, options);
  await fill(setup, deliveries);
  const store = join(setup.folder, "data/bridge.db");
  const loop = await start([LEDGER, type, destinations.said[type] ?? "", `${deliveries}`, store], "perSecond");
  await loop.stop();
  await setup.close();
  return Number(loop.said.perSecond);
}

async function drainBare({ type, deliveries }: Drained, destinations: Process): Promise<number> {
  const bare = await start([BARE, type, destinations.said[type] ?? "", `${deliveries}`], "perSecond");
  await bare.stop();
  return Number(bare.said.perSecond);
}

/** Deliveries a second of the second half, as the ledger has them delivered: a bridge runs for long, and is warm. */
async function drainBridge({ type, deliveries, setup: options }: Drained, destinations: Process): Promise<number> {
  const setup = await setUp(destinations, options);
  await fill(setup, deliveries);
  const settled: { at: number; delivered: number }[] = [];
  let delivered = 0;
  const bridge = await setup.startBridge();
  await bridge.until((line) => {
    if (line.fact !== "batch.settled") return false;
    delivered += Number(line.delivered ?? 0);
    settled.push({ at: performance.now(), delivered });
    return delivered >= deliveries;
  });
  await bridge.stop();
  await setup.close();
  const first = settled.find((one) => one.delivered >= deliveries / 2);
  // the last line came some time after the last delivery
  const last = settled.at(-2);
  if (first === undefined || last === undefined || last.at <= first.at) {
    throw new Error(`too few lines tell how ${type} was delivered to`);
  }
  return ((last.delivered - first.delivered) * 1000) / (last.at - first.at);
}
