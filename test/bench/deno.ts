/** Intake on Deno as a share of a bare Elysia there, beside the same on Bun: four processes in turns. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Process, type Runtime, start } from "./processes.ts";
import { MAIN, setUp } from "./setup.ts";
import { type BenchOptions, median, type Row, spread } from "./table.ts";
import { loadAlone } from "./turns.ts";

const BARE = join(import.meta.dirname, "bare.ts");
const RUNTIMES = ["bun", "deno"] as const;
type Name = (typeof RUNTIMES)[number];

/** The two of one runtime. */
interface Pair {
  readonly bridge: Process;
  readonly bare: Process;
  close(): Promise<void>;
}

/** Requests a second. */
interface Slice {
  readonly bridge: number;
  readonly bare: number;
  /** Of the bridge, milliseconds. */
  readonly p99: number;
}

export async function benchDeno(options: BenchOptions): Promise<Row[]> {
  const pairs = { bun: await startPair(options), deno: await startPair(options, denoRuntime()) };
  const rows: Row[] = [];
  for (const connections of [64, 256]) rows.push(await compare(pairs, connections, options));
  for (const name of RUNTIMES) await pairs[name].close();
  return rows;
}

/** As `deno task start` has it. The program itself: npm's is a script around it, and would be stopped in its place. */
function denoRuntime(): Runtime {
  const script = join(import.meta.dirname, "../../node_modules/.bin/deno");
  const program = execFileSync(script, ["eval", "console.log(Deno.execPath())"], { encoding: "utf8" }).trim();
  const allowed = ["net", "env", "sys", "read", "write"].map((what) => `--allow-${what}`);
  return { program, args: ["run", "--no-prompt", "--no-check", ...allowed] };
}

async function startPair({ destinations }: BenchOptions, runtime?: Runtime): Promise<Pair> {
  const setup = await setUp(destinations, { enabled: [] });
  const bare = await start([BARE], "url", {}, runtime);
  const bridge = await setup.startBridge(MAIN, runtime);
  return {
    ...{ bare, bridge },
    async close() {
      await Promise.all([bare.stop(), bridge.stop()]);
      await setup.close();
    },
  };
}

async function compare(
  pairs: Readonly<Record<Name, Pair>>,
  connections: number,
  { rounds, seconds }: BenchOptions,
): Promise<Row> {
  const all = RUNTIMES.flatMap((name) => [pairs[name].bare, pairs[name].bridge]);
  const alone = (one: Process) => {
    const others = all.filter((other) => other !== one);
    return loadAlone(one, others, connections, seconds);
  };
  const slice = async ({ bare, bridge }: Pair): Promise<Slice> => {
    const { requestsPerSecond: theirs } = await alone(bare);
    const { requestsPerSecond: ours, p99 } = await alone(bridge);
    return { bare: theirs, bridge: ours, p99 };
  };
  const slices: Record<Name, Slice[]> = { bun: [], deno: [] };
  // a service runs for long: what the first round costs to compile is not counted
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of RUNTIMES) {
      const one = await slice(pairs[name]);
      if (round > 0) slices[name].push(one);
    }
  }
  return rowOf(slices, connections);
}

function rowOf(slices: Readonly<Record<Name, readonly Slice[]>>, connections: number): Row {
  const shares = (name: Name) => slices[name].map(({ bridge, bare }) => bridge / bare);
  const ofBun = shares("bun");
  const times = shares("deno").map((share, round) => share / (ofBun[round] ?? Number.NaN));
  const detail = RUNTIMES.map((name) => {
    const of = (what: keyof Slice) => median(slices[name].map((slice) => slice[what]));
    return `${name} ${of("bridge").toFixed(0)} against ${of("bare").toFixed(0)} callbacks/s, p99 ${of("p99").toFixed(1)} ms`;
  });
  return {
    what: `intake on Deno at ${connections} connections, share of bare Elysia there; times Bun's share`,
    value: `${spread(shares("deno"))}; ${spread(times)}`,
    goal: "≥ 0.8 of Bun's",
    detail: `Bun's share ${spread(ofBun)}; ${detail.join("; ")}`,
  };
}
