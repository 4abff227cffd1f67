/**
 * This checkout against another one: the same load on two bridges in turns, each slice compared with the one beside it.
 * What a request or a delivery costs of the processors is told first: on a machine with neighbours it varies least.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { DRAINS, type DrainType, deliver } from "./deliver.ts";
import { load } from "./load.ts";
import type { Process } from "./processes.ts";
import { CONNECTORS, MAIN, type SetupOptions, setUp, signedUrl } from "./setup.ts";
import { type BenchOptions, median, type Row, spread } from "./table.ts";
import { answered } from "./turns.ts";

interface Scenario {
  readonly name: string;
  /** `none`: what is routed is not sent, since that would need the cores of the load. */
  readonly sends: DrainType | "none";
  readonly connections: number;
  readonly isPostgres?: boolean;
}

const INTAKE: readonly Scenario[] = [64, 256].flatMap((connections) => [
  { name: `intake ${connections}`, sends: "none", connections },
  { name: `intake postgres ${connections}`, sends: "none", connections, isPostgres: true },
]);
const SCENARIOS: readonly Scenario[] = [
  ...INTAKE,
  ...DRAINS.map((sends): Scenario => ({ name: `drain ${sends}`, sends, connections: 1 })),
  ...DRAINS.map((sends): Scenario => ({ name: `drain postgres ${sends}`, sends, connections: 1, isPostgres: true })),
];
/** Two processes of one and the same program may differ by some hundredths for as long as they live. */
const STARTS = 3;
/** A service runs for long: what the first slices cost to compile is not counted. */
const WARM_SLICES = 4;

/** What a slice came to. */
interface Slice {
  readonly perSecond: number;
  /** Microseconds of all processors for one. */
  readonly cpuUs: number;
}

/** @param checkout the folder of another checkout, with its dependencies installed */
export async function benchVersus(options: BenchOptions, checkout: string): Promise<Row[]> {
  const chosen = SCENARIOS.filter(({ name }) => name.includes(options.only ?? ""));
  if (chosen.length === 0) throw new Error(`nothing of that name: ${SCENARIOS.map(({ name }) => name).join(", ")}`);
  const server = chosen.some(({ isPostgres }) => isPostgres) ? await startPrivatePostgres() : undefined;
  const rows: Row[] = [];
  try {
    for (const scenario of chosen) {
      console.error(`… ${scenario.name}`);
      rows.push(await measure(scenario, { ...options, checkout, server }));
    }
  } finally {
    await server?.stop();
  }
  return rows;
}

interface VersusOptions extends BenchOptions {
  readonly checkout: string;
  readonly server: PrivateServer | undefined;
}

async function measure(scenario: Scenario, options: VersusOptions): Promise<Row> {
  const pairs: { readonly ours: Slice; readonly theirs: Slice }[] = [];
  for (let start = 0; start < STARTS; start += 1) pairs.push(...(await pairsOfOneStart(scenario, options)));
  const ratios = (of: (slice: Slice) => number) => pairs.map(({ ours, theirs }) => of(ours) / of(theirs));
  return {
    what: `${scenario.name}: CPU for each, times that of ${options.checkout}`,
    value: spread(ratios(({ cpuUs }) => cpuUs)),
    goal: "≤ 1.03",
    detail:
      `${median(pairs.map(({ ours }) => ours.cpuUs)).toFixed(1)} against ${median(pairs.map(({ theirs }) => theirs.cpuUs)).toFixed(1)} µs; ` +
      `in a second ${spread(ratios(({ perSecond }) => perSecond))} times as many, ${pairs.length} pairs`,
  };
}

async function pairsOfOneStart(scenario: Scenario, options: VersusOptions) {
  // whatever a release can be told stands in its example
  const theirExample = await readFile(join(options.checkout, "config/bridge.example.yaml"), "utf8");
  const hasAdmin = /^(# ?)?admin:/m.test(theirExample);
  const ourSetup = await setUp(options.destinations, setupOptions(scenario, options));
  const theirSetup = await setUp(options.destinations, { ...setupOptions(scenario, options), hasAdmin });
  const ours = await ourSetup.startBridge(MAIN);
  const theirs = await theirSetup.startBridge(join(resolve(options.checkout), "src/main.ts"));
  const slice = (measured: Process, other: Process) =>
    scenario.sends === "none"
      ? intakeSlice(measured, other, scenario.connections, options.seconds)
      : drainSlice(measured, scenario.sends);
  const pairs = [];
  for (let round = 0; round < options.rounds + WARM_SLICES; round += 1) {
    // who is first has the other's garbage before it on the machine
    const first = round % 2 === 0 ? await slice(ours, theirs) : undefined;
    const their = await slice(theirs, ours);
    pairs.push({ theirs: their, ours: first ?? (await slice(ours, theirs)) });
  }
  await Promise.all([ours.stop(), theirs.stop()]);
  await Promise.all([ourSetup.close(), theirSetup.close()]);
  return pairs.slice(WARM_SLICES);
}

function setupOptions({ sends, isPostgres }: Scenario, { server }: VersusOptions): SetupOptions {
  const enabled = Object.entries(CONNECTORS).flatMap(([name, type]) => (type === sends ? [name] : []));
  if (isPostgres !== true || server === undefined) return { enabled };
  return { enabled, storage: { url: server.url, schema: server.schema() } };
}

async function intakeSlice(measured: Process, other: Process, connections: number, seconds: number): Promise<Slice> {
  await answered(other);
  other.pause();
  const before = await measured.cpuMs();
  const { requestsPerSecond, failures } = await load({ url: signedUrl(measured), connections, seconds });
  const cpuMs = (await measured.cpuMs()) - before;
  other.resume();
  if (failures > 0) throw new Error(`${failures} requests failed`);
  return { perSecond: requestsPerSecond, cpuUs: (cpuMs * 1000) / (requestsPerSecond * seconds) };
}

async function drainSlice(measured: Process, type: DrainType): Promise<Slice> {
  const [before, started] = [await measured.cpuMs(), performance.now()];
  const delivered = await deliver(measured, type);
  const cpuMs = (await measured.cpuMs()) - before;
  return { perSecond: (delivered * 1000) / (performance.now() - started), cpuUs: (cpuMs * 1000) / delivered };
}
