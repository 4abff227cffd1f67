/** Intake as a share of a bare Elysia on the same runtime: same requests, same answer, in turns. */
import { join } from "node:path";
import { type Process, start } from "./processes.ts";
import { setUp } from "./setup.ts";
import { type BenchOptions, median, type Row } from "./table.ts";
import { inTurns, rate } from "./turns.ts";

const BARE = join(import.meta.dirname, "bare.ts");

export async function benchIntake(options: BenchOptions): Promise<Row[]> {
  const setup = await setUp(options.destinations);
  const bare = await start([BARE], "url");
  const bridge = await setup.startBridge();
  const [idleMb, bareIdleMb] = [await bridge.residentMb(), await bare.residentMb()];
  const rows: Row[] = [
    {
      what: "start to ready, empty store",
      value: `${bridge.readyMs.toFixed(0)} ms`,
      goal: "",
      detail: "process start included",
    },
    {
      what: "idle memory",
      value: `${idleMb.toFixed(0)} MB`,
      goal: "≤ 65 MB",
      detail: `${bareIdleMb.toFixed(0)} MB of bare Elysia`,
    },
  ];
  await bridge.stop();
  // routed for three connectors, but not sent meanwhile: the destinations and the load would need cores of their own
  const keeping = await setUp(options.destinations, { enabled: [] });
  const keeper = await keeping.startBridge();
  for (const connections of [64, 256]) rows.push(await compare(keeper, bare, connections, options));
  await keeper.stop();
  const sender = await setup.startBridge();
  for (const connections of [64, 256]) {
    const row = await compare(sender, bare, connections, options);
    rows.push({ ...row, what: `${row.what}, while three connectors send`, goal: "" });
  }
  await Promise.all([sender.stop(), bare.stop()]);
  await Promise.all([setup.close(), keeping.close()]);
  return rows;
}

/** Turns of the two, as a row of the table. */
export async function compare(
  bridge: Process,
  bare: Process,
  connections: number,
  options: BenchOptions,
): Promise<Row> {
  const { ours, theirs, share } = await inTurns(bridge, bare, connections, options);
  const failures = ours.reduce((sum, result) => sum + result.failures, 0);
  return {
    what: `intake at ${connections} connections, share of bare Elysia`,
    value: share.toFixed(2),
    goal: "≥ 0.35",
    detail:
      `${rate(ours).toFixed(0)} against ${rate(theirs).toFixed(0)} callbacks/s; p50 ${median(ours.map(({ p50 }) => p50)).toFixed(1)} ms, ` +
      `p99 ${median(ours.map(({ p99 }) => p99)).toFixed(1)} ms; ${(await bridge.residentMb()).toFixed(0)} MB, ` +
      `bare Elysia ${(await bare.residentMb()).toFixed(0)} MB; ${failures} failures`,
  };
}
