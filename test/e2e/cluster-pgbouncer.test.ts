/** Two machines whose PostgreSQL stands behind a real PgBouncer in transaction mode: `prepare: false` is all that it takes. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { chance } from "../support/chance.ts";
import { type Cluster, openCluster } from "../support/cluster.ts";
import { startTraffic } from "../support/cluster-traffic.ts";
import { eventually } from "../support/eventually.ts";
import { PGBOUNCER, type Pooler, startPgBouncer } from "../support/pgbouncer.ts";

/** Fewer than one machine believes to have: connections change hands all the time. */
const CONNECTIONS = 4;
const EVENTS = 60;

if (PGBOUNCER === undefined)
  console.warn("left out: two machines behind PgBouncer (Debian: apt-get install pgbouncer)");

describe("two machines behind a pooler", { skip: PGBOUNCER === undefined }, () => {
  let cluster: Cluster;
  let pooler: Pooler;
  before(async () => {
    cluster = await openCluster({
      machines: ["one", "two"],
      storage: ", prepare: false",
      connectors: { crm: ["when_missing: create"], partner: ["events: [unsubscribed, subscribed]"] },
    });
    const { url } = cluster.database;
    pooler = await startPgBouncer(PGBOUNCER ?? "", url, CONNECTIONS);
    for (const machine of cluster.machines) await machine.edit((yaml) => yaml.replace(url, pooler.url));
    await Promise.all(cluster.machines.map((machine) => machine.start()));
  });
  after(async () => {
    await cluster.close();
    await pooler.stop();
  });

  it("take callbacks and deliver them, through a crash of the database as well", async () => {
    const { world, database, machines } = cluster;
    const traffic = startTraffic({ machines, chance: chance(1), fickle: ["ann", "bob", "cho"] });
    const { acknowledged } = traffic;
    await eventually(() => acknowledged.length > EVENTS);
    await database.crash();
    const before = acknowledged.length;
    await eventually(() => acknowledged.length > before + EVENTS);
    await database.start();
    await eventually(() => machines.every((machine) => machine.logged("intake.store_back").length > 0));
    await traffic.stop();
    const { payloads } = world.webhook.received;
    await eventually(() => acknowledged.every(({ id }) => payloads.has(`${id}:partner`)));
    assert.equal(payloads.size, acknowledged.length);
  });

  it("answer questions from the command line", async () => {
    const [machine = assert.fail()] = cluster.machines;
    assert.equal(await postCallback(machine.bridge.url, { users: ["dan"] }), true);
    await eventually(async () => /delivered/.test((await machine.command("trace", "dan")).out));
    assert.equal((await machine.command("trace", "dan")).code, 0);
  });
});
