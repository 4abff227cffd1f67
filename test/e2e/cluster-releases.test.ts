/**
 * Machines are updated one by one: 0.1.0 itself and this release serve one database side by side, under load, and each is
 * killed, and stopped, and started again. Then the way back: 0.1.0 alone, on the store that this release has been at.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { chance } from "../support/chance.ts";
import { type Cluster, type Machine, openCluster } from "../support/cluster.ts";
import { type Posted, startTraffic, type Traffic } from "../support/cluster-traffic.ts";
import { eventually } from "../support/eventually.ts";
import { type Release, unpack010 } from "../support/fixtures.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const CONNECTORS = ["analytics", "crm", "partner"];
/** What is acknowledged between one restart and the next. */
const LOAD = 40;

describe("an old and a new machine on one database, under load, each restarted", { skip: ON_BUN_ALONE }, () => {
  let release: Release;
  let cluster: Cluster;
  let acknowledged: readonly Posted[] = [];

  before(async () => {
    release = await unpack010();
    const common = [
      "events: [unsubscribed, subscribed]",
      "timeout: 1s",
      "retry: { first_delay: 100ms, max_delay: 1s }",
    ];
    cluster = await openCluster({
      machines: ["old", "new"],
      releases: { old: release.main },
      properties: [{ name: "chat_event_id" }],
      connectors: {
        crm: ['  chat_event_id: "{{ event_id }}"', "when_missing: create", ...common],
        analytics: common,
        partner: common,
      },
    });
    const [old, young] = cluster.machines;
    if (old === undefined || young === undefined) throw new Error("there are two");
    // it makes the tables
    await old.start();
    const fickle = ["ann", "bob", "cho", "dee"];
    const traffic = startTraffic({ machines: cluster.machines, chance: chance(1), fickle, repeated: true });
    await busy(traffic, old);
    await young.start();
    await busy(traffic, old, young);
    for (const machine of [old, young]) {
      await machine.kill();
      await machine.start();
      await busy(traffic, old, young);
      await machine.stop();
      await machine.start();
      await busy(traffic, old, young);
    }
    await young.stop();
    await busy(traffic, old);
    await young.start();
    await old.stop();
    await busy(traffic, young);
    await traffic.stop();
    ({ acknowledged } = traffic);
    await drained();
  });
  after(async () => {
    await cluster.close();
    await release.close();
  });

  /** Resolves when more was acknowledged, and each of these machines has settled more. */
  async function busy({ acknowledged: all }: Traffic, ...machines: readonly Machine[]): Promise<void> {
    const settled = (machine: Machine) => machine.logged("batch.settled").length;
    const until = all.length + LOAD;
    const before = machines.map(settled);
    await eventually(() => all.length >= until && machines.every((one, place) => settled(one) > (before[place] ?? 0)));
  }

  async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = postgres(cluster.storage.url, { max: 1, fetch_types: false });
    try {
      return await client.unsafe(sql.replaceAll("$schema", cluster.storage.schema));
    } finally {
      await client.end();
    }
  }

  async function drained(): Promise<void> {
    await eventually(async () => {
      const [left] = await rows(`SELECT (SELECT count(*) FROM $schema.unread) AS unread,
        (SELECT count(*) FROM $schema.deliveries WHERE state = 'waiting') AS waiting,
        (SELECT count(*) FROM $schema.events) AS events`);
      return Number(left?.events) >= acknowledged.length && Number(left?.unread) + Number(left?.waiting) === 0;
    });
  }

  it("take turns: both have taken callbacks, and both have delivered", () => {
    for (const machine of cluster.machines) assert.ok(machine.logged("batch.settled").length > 0, machine.name);
    assert.ok(acknowledged.length > LOAD);
  });

  it("lose nothing: whatever was acknowledged has reached every destination", () => {
    const { webhook, segment } = cluster.world;
    const missing = (received: ReadonlyMap<string, unknown>, connector: string) =>
      acknowledged.filter(({ id }) => !received.has(`${id}:${connector}`));
    assert.deepEqual(missing(webhook.received.payloads, "partner"), []);
    assert.deepEqual(missing(segment.received.events, "analytics"), []);
    for (const [user, events] of Map.groupBy(acknowledged, (posted) => posted.user)) {
      const newest = events.reduce((one, other) => (other.eventTime > one.eventTime ? other : one));
      assert.equal(cluster.world.hubspot.contactOf(user)?.chat_event_id, newest.id, user);
    }
  });

  it("have nothing twice in the ledger: each event once, with one delivery for each connector, that is done", async () => {
    const events = await rows("SELECT id FROM $schema.events ORDER BY id");
    assert.deepEqual(
      events.map(({ id }) => id),
      acknowledged.map(({ id }) => id).toSorted(),
    );
    const deliveries = await rows(`SELECT name, e.id, count(*)::int AS times, min(d.state) AS state
      FROM $schema.deliveries d JOIN $schema.events e ON e.seq = d.event JOIN $schema.connectors c ON c.id = d.connector
      GROUP BY name, e.id`);
    assert.equal(deliveries.length, acknowledged.length * CONNECTORS.length);
    const odd = deliveries.filter(({ name, times, state }) => {
      const isDone = state === "delivered" || (name === "crm" && state === "superseded");
      return times !== 1 || !isDone;
    });
    assert.deepEqual(odd, []);
  });
});
