/** What machines on one database share: one rate, one Retry-After, one pause, one probe, one schema, every queue. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { postCallback } from "../support/callbacks.ts";
import { type Cluster, MACHINE, type Machine, openCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { type ManualDestination, startManualDestination } from "../support/manual-destination.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const RATE = { requests: 30, perMs: 5_000 };
/** Of the rate. What is lost: windows are a little longer than they need be, and machines a little late. */
const LEAST_USED = 0.85;
/** What is longer is no mere lateness of a timer. */
const STANDSTILL_MS = 20;
/** The destination's clock and the database's are one, read in whole milliseconds. */
const CLOCKS_MS = 5;
/** There is no signal for what does not happen: every courier has looked for work more than once by then. */
const QUIET_MS = 2_500;

/** A request waits for what the test does meanwhile: commands take seconds on a busy machine. */
const UNHURRIED = "timeout: 60s";

const NAMES = ["rated", "told", "locked", "held", "extra"] as const;
type Name = (typeof NAMES)[number];

describe("three machines", { skip: ON_BUN_ALONE }, () => {
  let cluster: Cluster;
  let destinations: Readonly<Record<Name, ManualDestination>>;
  const machine = (place: number): Machine => cluster.machines[place] ?? assert.fail();

  before(async () => {
    const opened = await Promise.all(NAMES.map(async (name) => [name, await startManualDestination()] as const));
    destinations = Object.fromEntries(opened) as Record<Name, ManualDestination>;
    const lines = (name: Name, ...more: string[]) => linesOf(name, destinations[name].url, ...more);
    cluster = await openCluster({
      machines: ["one", "two", "three"],
      connectors: {
        rated: lines("rated", `rate: ${RATE.requests} per ${RATE.perMs / 1000}s`),
        told: lines("told", "concurrency: 1", UNHURRIED),
        locked: lines("locked", "concurrency: 1", UNHURRIED),
        held: lines("held", "concurrency: 1", UNHURRIED),
      },
    });
    await Promise.all(cluster.machines.map((each) => each.start()));
  });
  after(async () => {
    await cluster.close();
    await Promise.all(Object.values(destinations).map((each) => each.close()));
  });

  /** Only this connector sends events of its own official account. */
  async function unsubscribe(name: Name, users: number, { at = 0, from = "user" } = {}): Promise<void> {
    const names = Array.from({ length: users }, (_, n) => `${from}-${n}`);
    const taken = await postCallback(machine(at).bridge.url, { users: names, officialAccount: accountOf(name) });
    assert.equal(taken, true);
  }

  /** Posts more than the machines can have under way, and resolves when each has one request there that waits. */
  async function allUnderWay(name: Name, users: number): Promise<ManualDestination> {
    const destination = destinations[name];
    await unsubscribe(name, users);
    await destination.arrived(3);
    assert.deepEqual(new Set(destination.arrivals.map((each) => each.machine)), new Set(["one", "two", "three"]));
    return destination;
  }

  const machineOf = (name: string): Machine => cluster.machines.find((each) => each.name === name) ?? assert.fail();

  async function assertEachOnce(name: Name, users: number, repeated = 0): Promise<void> {
    const { arrivals } = destinations[name];
    const ids = () => new Set(arrivals.map(({ id }) => id));
    await eventually(() => ids().size === users);
    const isIdle = (each: Status["connectors"][number]) => each.name === name && each.waiting === 0;
    await eventually(async () => (await status()).connectors.some(isIdle));
    assert.equal(arrivals.length, users + repeated);
  }

  async function status(): Promise<Status> {
    return JSON.parse((await machine(1).command("status", "--json")).out) as Status;
  }

  it("started at once on an empty database make one schema", async () => {
    const sql = postgres(cluster.storage.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    try {
      const rows = await sql.unsafe(`SELECT version FROM ${cluster.storage.schema}.meta`);
      assert.equal(rows.length, 1);
    } finally {
      await sql.end();
    }
    assert.deepEqual(
      cluster.machines.flatMap((each) => each.logged("store.unavailable")),
      [],
    );
  });

  it("stay within one rate together, in every window, and use most of it", async () => {
    const destination = destinations.rated;
    const permits = await watchPermits(cluster);
    const sinceEpoch = Date.now() - performance.now();
    destination.answerAll();
    const lag = watchLag();
    const users = 3 * RATE.requests;
    await unsubscribe("rated", users);
    await destination.arrived(users);
    const lostMs = lag.stop();
    await assertEachOnce("rated", users);
    const granted = await permits.granted();
    const inWindow = granted.findIndex((at, place) => (granted[place + RATE.requests] ?? Infinity) - at < RATE.perMs);
    assert.equal(inWindow, -1, `${RATE.requests + 1} permits within ${RATE.perMs} ms of ${granted[inWindow]}`);
    // a request that travels slowly comes later than its permit, and no request comes without one
    for (const [place, { at }] of destination.arrivals.entries()) {
      const permit = granted[place] ?? assert.fail(`${users} requests by ${granted.length} permits`);
      assert.ok(sinceEpoch + at >= permit - CLOCKS_MS, `request ${place} came before its permit`);
    }
    const tookMs = (granted[users - 1] ?? 0) - (granted[0] ?? 0) - lostMs;
    const used = (users - RATE.requests) / RATE.requests / (tookMs / RATE.perMs);
    assert.ok(tookMs < 0 || used >= LEAST_USED, `used ${Math.round(used * 100)} % of the rate`);
    assert.equal(new Set(destination.arrivals.map((each) => each.machine)).size, 3);
  });

  it("obey one Retry-After, and one of them probes", async () => {
    const destination = await allUnderWay("told", 12);
    const [first, ...others] = destination.arrivals;
    assert.ok(first);
    const toldAt = performance.now();
    first.answer(429, { "retry-after": "2" });
    await machineOf(first.machine).bridge.logged("connector.backing_off", ({ connector }) => connector === "told");
    for (const each of others) each.answer(204);

    await destination.arrived(4);
    const probe = destination.arrivals[3];
    assert.ok(probe);
    assert.ok(probe.at - toldAt >= 2_000, `asked again after ${probe.at - toldAt} ms`);
    await pause(QUIET_MS);
    assert.equal(destination.arrivals.length, 4);
    destination.answerAll();
    await assertEachOnce("told", 12, 1);
  });

  it("are paused together by refused credentials, and one of them probes", async () => {
    const destination = await allUnderWay("locked", 12);
    const [first, ...others] = destination.arrivals;
    assert.ok(first);
    first.answer(401);
    await machineOf(first.machine).bridge.logged("connector.paused", ({ connector }) => connector === "locked");
    for (const each of others) each.answer(204);
    await pause(QUIET_MS);
    assert.equal(destination.arrivals.length, 3);

    assert.equal((await machine(1).command("retry", "--now", "--connector", "locked")).code, 0);
    await destination.arrived(4);
    await pause(QUIET_MS);
    assert.equal(destination.arrivals.length, 4);
    destination.answerAll();
    await assertEachOnce("locked", 12, 1);
  });

  it("are paused and resumed by a command on any of them", async () => {
    const destination = await allUnderWay("held", 12);
    assert.equal((await machine(2).command("pause", "held")).code, 0);
    for (const each of destination.arrivals) each.answer(204);
    await pause(QUIET_MS);
    assert.equal(destination.arrivals.length, 3);

    destination.answerAll();
    assert.equal((await machine(0).command("resume", "held")).code, 0);
    await assertEachOnce("held", 12);
  });

  it("lose nothing while only some of them know a connector", async () => {
    const destination = destinations.extra;
    destination.answerAll();
    const addTo = async (each: Machine) => {
      const lines = linesOf("extra", destination.url).map((line) => `    ${line.replaceAll(MACHINE, each.name)}\n`);
      await each.edit((yaml) => yaml.replace("connectors:\n", `connectors:\n  extra:\n${lines.join("")}`));
      await each.bridge.logged("config.reloaded", ({ connectors }) => connectors === 8);
    };
    await addTo(machine(0));
    await unsubscribe("extra", 5, { at: 1, from: "known-to-one" });
    await assertEachOnce("extra", 5);

    await machine(0).kill();
    await unsubscribe("extra", 5, { at: 1, from: "known-to-nobody" });
    await eventually(async () => (await status()).unread_callbacks === 0);
    await Promise.all([addTo(machine(1)), addTo(machine(2))]);
    await unsubscribe("extra", 5, { at: 2, from: "known-to-two" });
    await assertEachOnce("extra", 15);
    await machine(0).start();
  });
});

/** What `status --json` says, as far as it matters here. */
interface Status {
  readonly unread_callbacks: number;
  readonly connectors: readonly { readonly name: string; readonly waiting: number }[];
}

const accountOf = (name: Name): string => `@TOA#_${name}`;

/** A webhook as the YAML has it. */
function linesOf(name: Name, url: string, ...more: readonly string[]): readonly string[] {
  return [
    "type: webhook",
    `url: ${url}/`,
    "allow_http: true",
    "allow_private_network: true",
    `headers: { x-machine: ${MACHINE} }`,
    `only: { official_account: ["${accountOf(name)}"] }`,
    ...more,
  ];
}

/** For how long this process stood still, in milliseconds: the machines beside it did no better. */
function watchLag(): { stop(): number } {
  const everyMs = 5;
  let [last, lost] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - last - everyMs;
    if (lateMs > STANDSTILL_MS) lost += lateMs;
    last = now;
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return lost;
    },
  };
}

/** Remembers every permit: the store forgets those that no window holds any more. */
async function watchPermits({ storage: { url, schema } }: Cluster): Promise<{ granted(): Promise<number[]> }> {
  const ask = async (text: string) => {
    const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
    try {
      return await sql.unsafe(text);
    } finally {
      await sql.end();
    }
  };
  await ask(`
    CREATE TABLE ${schema}.every_permit (key text, grants text);
    CREATE FUNCTION ${schema}.remember_permits() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO ${schema}.every_permit VALUES (NEW.key, NEW.grants); RETURN NULL; END $$;
    CREATE TRIGGER every_permit AFTER UPDATE ON ${schema}.permits
      FOR EACH ROW EXECUTE FUNCTION ${schema}.remember_permits()`);
  return {
    /** When each of the budget that was asked most might be used, milliseconds since 1970, in their order. */
    async granted() {
      const budgets = new Map<string, Map<number, number>>();
      for (const { key, grants } of await ask(`SELECT key, grants FROM ${schema}.every_permit`)) {
        const counts = budgets.get(key) ?? new Map<number, number>();
        budgets.set(key, counts);
        for (const [at, count] of JSON.parse(grants) as [number, number][]) {
          counts.set(at, Math.max(count, counts.get(at) ?? 0));
        }
      }
      const all = [...budgets.values()].map((counts) => [...counts].flatMap(([at, count]) => Array(count).fill(at)));
      const times = all.reduce((most, one) => (one.length > most.length ? one : most), [] as number[]);
      return times.toSorted((one, other) => one - other);
    },
  };
}
