/**
 * Deliveries while callbacks press, and at a rate that a busy service has: three webhooks, one receiver, counted there. Intake is
 * compared with a bridge that sends nothing, alone and beside a bare loop that sends as many as wished; with `--against REV` with
 * that revision as well, in a worktree.
 */
import { join } from "node:path";
import { sleep } from "../../src/basics/waiting.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { checkOut } from "./check-out.ts";
import { type Process, start } from "./processes.ts";
import { MAIN, type Setup, setUp } from "./setup.ts";
import type { Counts } from "./storm-receiver.ts";
import { type BenchOptions, median, type Row, spread } from "./table.ts";
import { loadAlone } from "./turns.ts";

const BARE = join(import.meta.dirname, "bare-webhook.ts");
const RECEIVER = join(import.meta.dirname, "storm-receiver.ts");
const CONNECTIONS = 64;
const WEBHOOKS = 3;
const STEADY_RATE = 1_000;
/** Deliveries a second while callbacks press. */
const GOALS = { sqlite: 5_000, postgres: 2_000 } as const;
type Store = keyof typeof GOALS;

interface Side {
  readonly name: string;
  readonly setup: Setup;
  readonly bridge: Process;
}

/** What a slice came to, a second. */
interface Slice {
  readonly callbacks: number;
  readonly deliveries: number;
  /** Of the connector that got the fewest. */
  readonly fewest: number;
}

/** @param against a revision of this repository; @param options `only`: `sqlite press`, `postgres steady` or a part of it */
export async function benchStorm(options: BenchOptions, against: string): Promise<Row[]> {
  const rows: Row[] = [];
  const isWanted = (name: string) => name.includes(options.only ?? "");
  const receiver = await start([RECEIVER], "url");
  const other = against === "" ? undefined : await checkOut(against);
  for (const store of ["sqlite", "postgres"] as const) {
    const server = store === "postgres" ? await startPrivatePostgres() : undefined;
    const begin = (name: string, main = MAIN) => startSide(name, main, receiver, server);
    if (isWanted(`${store} press`)) {
      console.error(`… ${store} press`);
      const sides = [await begin("silent"), await begin("this")];
      if (other !== undefined) sides.push(await begin(against, join(other.folder, "src/main.ts")));
      rows.push(...(await press(store, sides, receiver, options)));
    }
    if (isWanted(`${store} steady`)) {
      console.error(`… ${store} steady`);
      rows.push(await steady(store, await begin("steady"), receiver, options.seconds));
    }
    await server?.stop();
  }
  await other?.remove();
  await receiver.stop();
  return rows;
}

/** The first of the sides sends nothing, and is pressed a second time beside the bare loop. */
async function press(store: Store, sides: readonly Side[], receiver: Process, options: BenchOptions): Promise<Row[]> {
  const [silent] = sides;
  if (silent === undefined) return [];
  const besideBare = { ...silent, name: "bare loop" };
  const bare = await start([BARE, `${receiver.said.url}/to/bare-loop-0`, `${GOALS[store]}`], "address");
  const all = new Map<string, Slice[]>([...sides, besideBare].map(({ name }) => [name, []]));
  // a service runs for long: what the first round costs to compile is not counted
  for (let round = 0; round <= options.rounds; round += 1) {
    // who is first has the others' garbage before it on the machine
    for (const side of round % 2 === 0 ? [...sides, besideBare] : [besideBare, ...sides.toReversed()]) {
      if (side === besideBare) bare.resume();
      else bare.pause();
      const slice = await pressOn(side, sides, receiver, options.seconds);
      if (round > 0) all.get(side.name)?.push(slice);
    }
  }
  await bare.stop();
  for (const side of sides) await end(side);
  const [of, ...rest] = [...all];
  return rest.map(([name, slices]) => rowOf(store, name, slices, of?.[1] ?? []));
}

function rowOf(store: Store, name: string, slices: readonly Slice[], silent: readonly Slice[]): Row {
  const shares = slices.map(({ callbacks }, round) => callbacks / (silent[round]?.callbacks ?? Number.NaN));
  const rate = (of: readonly Slice[], what: keyof Slice) => of.map((slice) => slice[what]);
  return {
    what: `${store}: deliveries/s while ${CONNECTIONS} connections press, ${name}`,
    value: spread(rate(slices, "deliveries"), 0),
    goal: `≥ ${GOALS[store]}`,
    detail:
      `the connector with the fewest ${spread(rate(slices, "fewest"), 0)}; intake ${spread(shares)} of one that sends nothing, ` +
      `${median(rate(slices, "callbacks")).toFixed(0)} against ${median(rate(silent, "callbacks")).toFixed(0)} callbacks/s`,
  };
}

async function pressOn(side: Side, sides: readonly Side[], receiver: Process, seconds: number): Promise<Slice> {
  const others = sides.flatMap(({ bridge }) => (bridge === side.bridge ? [] : [bridge]));
  // what is under way when the press begins is not counted, and all else is
  const { received: before } = await countsOf(receiver);
  const { requestsPerSecond, failures } = await loadAlone(side.bridge, others, CONNECTIONS, seconds);
  const { received: after } = await countsOf(receiver);
  if (failures > 0) throw new Error(`${failures} requests failed`);
  const each = pathsOf(side.name).map((path) => ((after[path] ?? 0) - (before[path] ?? 0)) / seconds);
  return { callbacks: requestsPerSecond, deliveries: each.reduce((a, b) => a + b), fewest: Math.min(...each) };
}

/** A thousand callbacks a second, three thousand deliveries: how old the oldest was when it arrived. */
async function steady(store: Store, side: Side, receiver: Process, seconds: number): Promise<Row> {
  const [url, path] = [side.bridge.said.url, side.bridge.said.path];
  await sendAt(`${url}${path}`, STEADY_RATE / 5, 5);
  await arrived(side, receiver, STEADY_RATE);
  await fetch(`${receiver.said.url}/forget`, { method: "POST" });
  const cpuBefore = await side.bridge.cpuMs();
  const took = await sendAt(`${url}${path}`, STEADY_RATE, seconds);
  const cpuMs = (await side.bridge.cpuMs()) - cpuBefore;
  await arrived(side, receiver, STEADY_RATE * (seconds + 1));
  const { oldestMs } = await countsOf(receiver);
  await end(side);
  return {
    what: `${store}: age of the oldest delivery at ${STEADY_RATE} callbacks/s for ${seconds} s, three webhooks`,
    value: `${oldestMs.toFixed(0)} ms`,
    goal: "< 2000 ms",
    detail: `${((STEADY_RATE * seconds) / took).toFixed(0)} callbacks/s, ${((STEADY_RATE * seconds * WEBHOOKS) / took).toFixed(0)} deliveries/s; bridge ${(cpuMs / (took * 10)).toFixed(0)} % of a core`,
  };
}

let posted = 0;

/** Resolves with the seconds that it took. */
async function sendAt(url: string, rate: number, seconds: number): Promise<number> {
  const started = performance.now();
  const answers: Promise<boolean>[] = [];
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const wait = started + (sent * 1000) / rate - performance.now();
    if (wait > 1) await sleep(wait);
    posted += 1;
    answers.push(postCallback(url, { users: [`storm-${posted}`] }));
    // those that were answered long ago need no place
    if (answers.length > rate) await answers.shift();
  }
  await Promise.all(answers);
  return (performance.now() - started) / 1000;
}

/** Resolves when each connector of a side has got so many. */
function arrived({ name }: Side, receiver: Process, count: number): Promise<boolean> {
  return eventually(async () => {
    const { received } = await countsOf(receiver);
    return pathsOf(name).every((path) => (received[path] ?? 0) >= count);
  });
}

async function countsOf(receiver: Process): Promise<Counts> {
  return (await (await fetch(`${receiver.said.url}/counts`)).json()) as Counts;
}

const pathsOf = (side: string): readonly string[] =>
  Array.from({ length: WEBHOOKS }, (_, index) => `${side.replaceAll(/\W/g, "-")}-${index}`);

async function startSide(name: string, main: string, receiver: Process, server?: PrivateServer): Promise<Side> {
  const lines = pathsOf(name).map(
    (path, index) =>
      `  partner${index}: { type: webhook, enabled: ${name !== "silent"}, url: "${receiver.said.url}/to/${path}", secret: "\${PARTNER_WEBHOOK_SECRET}", allow_http: true, allow_private_network: true }\n`,
  );
  const storage = server && { url: server.url, schema: server.schema() };
  const setup = await setUp({ said: {} } as Process, { ...(storage && { storage }), connectors: lines.join("") });
  return { name, setup, bridge: await setup.startBridge(main) };
}

async function end({ bridge, setup }: Side): Promise<void> {
  await bridge.stop();
  await setup.close();
}
