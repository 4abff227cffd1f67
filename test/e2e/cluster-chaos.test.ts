/**
 * Three machines on one database, and everything that can go wrong at once for most of a minute. What was answered OK is then
 * compared, by id, with what the destinations have received. `CHAOS_SEED` repeats the choices of a run.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { chance } from "../support/chance.ts";
import { type Cluster, openCluster } from "../support/cluster.ts";
import { type Posted, startTraffic } from "../support/cluster-traffic.ts";
import { badDestinations, trouble } from "../support/cluster-trouble.ts";
import { eventually } from "../support/eventually.ts";

const FICKLE = ["ann", "bob", "cho", "dee", "eve", "fay", "gus", "hal"];
/** One request; a lease is 24 of them: 9.6 s. */
const TIMEOUT_MS = 400;
const FREEZE_MS = 10_500;
const OUTAGE_MS = [1_500, 4_000] as const;
const DRAIN_MS = 60_000;

const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

function openChaosCluster(): Promise<Cluster> {
  const common = [
    "events: [unsubscribed, subscribed]",
    `timeout: ${TIMEOUT_MS}ms`,
    "retry: { first_delay: 100ms, max_delay: 1s }",
  ];
  return openCluster({
    machines: ["one", "two", "three"],
    properties: [{ name: "chat_event_id" }],
    connectors: {
      crm: ['  chat_event_id: "{{ event_id }}"', "when_missing: create", ...common],
      analytics: common,
      partner: common,
    },
  });
}

describe(`three machines on one database, in trouble (CHAOS_SEED=${seed})`, () => {
  let cluster: Cluster;
  let acknowledged: readonly Posted[] = [];
  let seqs: ReadonlyMap<string, number> = new Map();
  /** Ids of the events that were written to a person's contact, in order. */
  const written = new Map<string, string[]>();
  const diary: string[] = [];
  const started = performance.now();
  const tell = (what: string) => diary.push(`${((performance.now() - started) / 1000).toFixed(1)} s: ${what}`);

  before(async () => {
    console.log(`chaos: CHAOS_SEED=${seed}`);
    const random = chance(seed);
    cluster = await openChaosCluster();
    cluster.world.hubspot.watch(({ properties: { chat_user_id: user = "", chat_event_id: id } }) => {
      if (id !== undefined) written.set(user, [...(written.get(user) ?? []), id]);
    });
    await Promise.all(cluster.machines.map((machine) => machine.start()));
    const traffic = startTraffic({ machines: cluster.machines, chance: random.fork(), fickle: FICKLE });
    const calm = new AbortController();
    const destinations = badDestinations(cluster, random.fork(), calm.signal);
    await trouble({ cluster, chance: random.fork(), freezeMs: FREEZE_MS, outageMs: OUTAGE_MS, tell });
    calm.abort();
    await destinations;
    await traffic.stop();
    ({ acknowledged } = traffic);
    tell(`all is well, ${acknowledged.length} events were acknowledged`);
    seqs = await drain(cluster);
    tell("nothing waits any more");
  });
  after(() => cluster.close());

  /** Tells how to have the same again. */
  const proves = (what: string, prove: () => void | Promise<void>) =>
    it(what, async () => {
      try {
        await prove();
      } catch (error) {
        console.error(`CHAOS_SEED=${seed}\n${diary.join("\n")}`);
        throw error;
      }
    });

  const missing = (received: ReadonlyMap<string, unknown>, connector: string) =>
    acknowledged.filter(({ id }) => !received.has(`${id}:${connector}`));

  proves("every acknowledged event reached the webhook and the analytics, always under its own id", () => {
    const { webhook, segment } = cluster.world;
    assert.deepEqual(missing(webhook.received.payloads, "partner"), []);
    assert.deepEqual(missing(segment.received.events, "analytics"), []);
    assert.equal(webhook.received.payloads.size, acknowledged.length);
    assert.equal(segment.received.events.size, acknowledged.length);
    assert.equal(webhook.received.unverified + segment.received.dropped, 0);
  });

  proves("the CRM has everybody's newest wish, and never had an older one after a newer one", () => {
    for (const [user, events] of byUser(acknowledged)) {
      const newest = events.reduce((one, other) => (other.eventTime > one.eventTime ? other : one));
      assert.equal(cluster.world.hubspot.contactOf(user)?.chat_event_id, newest.id, user);
      const times = new Map(events.map(({ id, eventTime }) => [id, eventTime]));
      const order = (written.get(user) ?? []).map((id) => times.get(id) ?? Number.NaN);
      assert.deepEqual(
        order,
        order.toSorted((one, other) => one - other),
        user,
      );
    }
  });

  proves("everybody's events came in their order to each destination, as far as they came so into the store", () => {
    const { webhook, segment } = cluster.world;
    assertOrder([...webhook.received.payloads.keys()], "partner");
    assertOrder([...segment.received.events.keys()], "analytics");
  });

  function assertOrder(arrivals: readonly string[], connector: string): void {
    const place = new Map(arrivals.map((id, index) => [id, index]));
    const placeOf = ({ id }: Posted) => place.get(`${id}:${connector}`) ?? Number.NaN;
    for (const [user, events] of byUser(acknowledged)) {
      const ordered = pairs(events.toSorted((one, other) => seqOf(one) - seqOf(other)));
      const broken = ordered.filter(([a, b]) => a.eventTime < b.eventTime && placeOf(a) > placeOf(b));
      assert.deepEqual(broken, [], `${connector}, ${user}`);
    }
  }

  const seqOf = ({ id }: Posted): number => seqs.get(id) ?? Number.NaN;

  proves("only what a spool held came into the store behind a newer event of its person", () => {
    const takeOvers = cluster.machines.flatMap((machine) => machine.logged("spool.taken"));
    const spooled = takeOvers.reduce((sum, { entries }) => sum + Number(entries), 0);
    assert.ok(spooled > 0, "the database was away, and no spool was used");
    const late = [...byUser(acknowledged).values()].flatMap((events) => {
      const inOrder = events.toSorted((one, other) => seqOf(one) - seqOf(other));
      return pairs(inOrder).flatMap(([a, b]) => (a.eventTime > b.eventTime ? [b.id] : []));
    });
    assert.ok(new Set(late).size <= spooled, `${new Set(late).size} were late, ${spooled} were spooled`);
  });

  proves("nothing was given up, and nothing was quarantined", async () => {
    const store = await openPostgres(cluster.storage);
    try {
      const { connectors, unread, quarantined } = await store.status();
      const left = connectors.map(({ name, waiting, dead }) => [name, waiting, dead]);
      assert.deepEqual(left.toSorted(), [
        ["analytics", 0, 0],
        ["crm", 0, 0],
        ["partner", 0, 0],
      ]);
      assert.deepEqual({ unread, entries: quarantined.entries }, { unread: 0, entries: 0 });
    } finally {
      await store.close();
    }
  });

  /** Waits until everything is delivered. Resolves with the events' places in the store, by id. */
  async function drain({ storage, world }: Cluster): Promise<ReadonlyMap<string, number>> {
    const store = await openPostgres(storage);
    try {
      const all = acknowledged.length;
      await eventually(async () => {
        const { connectors, unread } = await store.status();
        const arrived = world.webhook.received.payloads.size >= all && world.segment.received.events.size >= all;
        return arrived && unread === 0 && connectors.every(({ waiting }) => waiting === 0);
      }, DRAIN_MS).catch(() => tell("not everything was delivered in time"));
      const seqs = new Map<string, number>();
      for (const user of byUser(acknowledged).keys()) {
        for (const { event } of await store.trace(user)) seqs.set(event.id, event.seq);
      }
      return seqs;
    } finally {
      await store.close();
    }
  }
});

function byUser(events: readonly Posted[]): ReadonlyMap<string, readonly Posted[]> {
  return Map.groupBy(events, ({ user }) => user);
}

/** Each two of a list, the earlier one first. */
function pairs<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.flatMap((one, place) => list.slice(place + 1).map((other) => [one, other] as const));
}
