/**
 * What a delivery costs at everyday rates: processor time of the bridge and its database for 10,000 deliveries to three webhooks,
 * and milliseconds from a callback to its deliveries, in turns with a bare loop. With `--against REV` with another revision as well, in a worktree.
 */
import { join } from "node:path";
import { sleep } from "../../src/basics/waiting.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { BARE_WEBHOOKS as WEBHOOKS } from "./bare-rates.ts";
import { checkOut } from "./check-out.ts";
import { type Side, startBareSide, startSide } from "./rates-sides.ts";
import { COUNTING, openServerUse, type ServerUse } from "./server-cpu.ts";
import { MAIN } from "./setup.ts";
import { type BenchOptions, median, type Row, spread } from "./table.ts";

/** Callbacks a second. */
const RATES = [0, 1, 10, 100, 1_000];
const STORES = ["sqlite", "postgres"] as const;
/** A service runs for long: what the first seconds cost to compile is not counted. */
const WARM = { rate: 200, seconds: 6 };

/** What a slice came to. */
interface Slice {
  readonly deliveries: number;
  readonly bridgeMs: number;
  readonly serverMs: number;
  /** From callback to delivery, in milliseconds. */
  readonly p50: number;
  /** For each delivery; of PostgreSQL. */
  readonly statements: number;
}

/** @param against a revision of this repository */
export async function benchRates(options: BenchOptions, against: string): Promise<Row[]> {
  const rows: Row[] = [];
  const other = against === "" ? undefined : await checkOut(against);
  for (const store of STORES.filter((name) => name.includes(options.only?.split(" ")[0] ?? ""))) {
    const server = store === "postgres" ? await startPrivatePostgres(COUNTING) : undefined;
    const use = server && (await openServerUse(server.url));
    const sides = [await startSide("this", MAIN, server)];
    if (other !== undefined) sides.push(await startSide(against, join(other.folder, "src/main.ts"), server));
    sides.push(...(await bareSides(server)));
    for (const rate of wantedRates(options)) {
      rows.push(...(await compare(store, rate, sides, use, options)));
      for (const line of (await use?.top()) ?? []) console.error(line);
    }
    for (const side of sides) await side.close();
    await use?.close();
    await server?.stop();
  }
  await other?.remove();
  return rows;
}

/** Of SQLite two: with the store in a thread of its own, as the bridge has it, and in that of callbacks. */
async function bareSides(server: PrivateServer | undefined): Promise<readonly Side[]> {
  if (server !== undefined) return [await startBareSide("bare", server.url, server.schema())];
  return [await startBareSide("bare", "thread"), await startBareSide("bare in one thread", "here")];
}

function wantedRates({ only }: BenchOptions): readonly number[] {
  const rate = only?.split(" ")[1];
  return rate === undefined ? RATES : [Number(rate)];
}

async function compare(
  store: string,
  rate: number,
  sides: readonly Side[],
  use: ServerUse | undefined,
  { seconds, rounds }: BenchOptions,
): Promise<Row[]> {
  console.error(`… ${store}, ${rate}/s`);
  const slices = new Map<string, Slice[]>(sides.map(({ name }) => [name, []]));
  for (const side of sides) await alone(side, sides, () => slice(side, WARM.rate, WARM.seconds, use));
  for (let round = 0; round < rounds; round += 1) {
    // who is first has the other's garbage before it on the machine
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      slices.get(side.name)?.push(await alone(side, sides, () => slice(side, rate, seconds, use)));
    }
  }
  const bare = slices.get("bare") ?? [];
  return [...slices].map(([name, all]) => rowOf(`${store} at ${rate}/s, ${name}`, all, seconds, bare));
}

/** @param bare the bare loop's slices of the same rounds */
function rowOf(what: string, slices: readonly Slice[], seconds: number, bare: readonly Slice[]): Row {
  if (slices.every(({ deliveries }) => deliveries === 0)) {
    const share = slices.map(({ bridgeMs, serverMs }) => (bridgeMs + serverMs) / seconds / 10);
    return {
      what: `${what}: % of a core`,
      value: spread(share, 2),
      goal: "≤ 0.5",
      detail: parts(slices, seconds / 10),
    };
  }
  const count = median(slices.map(({ deliveries }) => deliveries));
  const each = slices.map(secondsFor10000);
  const times = each.map((value, round) => value / secondsFor10000(bare[round] ?? NOTHING));
  return {
    what: `${what}: CPU s for 10,000 deliveries`,
    value: spread(each, 1),
    goal: what.startsWith("sqlite") ? "≤ 4" : "≤ 10",
    detail: `times bare ${spread(times)}; ${parts(slices, count / 10)}; to delivery p50 ${spread(
      slices.map(({ p50 }) => p50),
      1,
    )} ms; statements ${spread(
      slices.map(({ statements }) => statements),
      1,
    )}; ${count} deliveries`,
  };
}

const NOTHING: Slice = { deliveries: 0, bridgeMs: 0, serverMs: 0, p50: 0, statements: 0 };

const secondsFor10000 = ({ bridgeMs, serverMs, deliveries }: Slice): number =>
  ((bridgeMs + serverMs) / deliveries) * 10;

const parts = (slices: readonly Slice[], by: number): string =>
  `bridge ${(median(slices.map(({ bridgeMs }) => bridgeMs)) / by).toFixed(2)}, server ${(median(slices.map(({ serverMs }) => serverMs)) / by).toFixed(2)}`;

/** The others stand still meanwhile. */
async function alone<T>(side: Side, sides: readonly Side[], work: () => Promise<T>): Promise<T> {
  const others = sides.filter((one) => one !== side);
  for (const { bridge } of others) bridge.pause();
  const result = await work();
  for (const { bridge } of others) bridge.resume();
  return result;
}

let posted = 0;

async function slice(
  { bridge, receiver }: Side,
  rate: number,
  seconds: number,
  use: ServerUse | undefined,
): Promise<Slice> {
  const [bridgeBefore, serverBefore] = [await bridge.cpuMs(), (await use?.cpuMs()) ?? 0];
  await use?.reset();
  receiver.clear();
  const started = performance.now();
  const answers: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const wait = started + (sent * 1000) / rate - performance.now();
    if (wait > 1) await sleep(wait);
    answers.push(post({ bridge, receiver }));
  }
  if (rate === 0) await sleep(seconds * 1000);
  await Promise.all(answers);
  await eventually(async () => receiver.latencies.length >= rate * seconds * WEBHOOKS);
  // what is left to settle
  await sleep(200);
  const deliveries = receiver.latencies.length;
  return {
    deliveries,
    bridgeMs: (await bridge.cpuMs()) - bridgeBefore,
    serverMs: ((await use?.cpuMs()) ?? 0) - serverBefore,
    p50: median(receiver.latencies),
    statements: ((await use?.statements()) ?? 0) / deliveries,
  };
}

async function post({ bridge, receiver }: Pick<Side, "bridge" | "receiver">): Promise<void> {
  posted += 1;
  const user = `rate-${posted}`;
  receiver.expect(user);
  await postCallback(`${bridge.said.url}${bridge.said.path}`, { users: [user] });
}
