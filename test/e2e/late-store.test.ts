/** A bridge that starts in the middle of an outage of its database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { postCallback, TOKEN } from "../support/callbacks.ts";
import type { BridgeHere } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { partnerHas } from "../support/scene.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";

describe("a bridge whose database is down", () => {
  let server: PrivateServer;
  let world: World;
  let bridge: BridgeHere;
  before(async () => {
    server = await startPrivatePostgres();
    world = await openWorld({ more: `storage: { url: "${server.url}", schema: ${server.schema()} }\n` });
    await server.crash();
    bridge = await world.startHere();
  });
  after(async () => {
    await world.close();
    await server.stop();
  });

  /** What the bridge is while its database is down. */
  const spooled = step(async () => {
    assert.equal(await postCallback(bridge.url, { users: ["early"] }), true);
    const ready = await fetch(new URL("/readyz", bridge.url));
    return {
      status: ready.status,
      body: (await ready.json()) as { keeping: string },
      isSent: partnerHas(world, "early"),
    };
  });
  const recovered = step(async () => {
    await spooled();
    await server.start();
    // first: who waits in vain for this is told what the bridge has said
    await bridge.logged("spool.taken");
    await eventually(() => partnerHas(world, "early"));
  });

  it("starts, is ready, and keeps callbacks in the spool", async () => {
    const { status, body, isSent } = await spooled();
    assert.deepEqual([status, body.keeping, isSent], [200, "spool", false]);
  });

  it("delivers them once the database is there, and takes the next ones into it", async () => {
    await recovered();
    assert.equal(await postCallback(bridge.url, { users: ["late"] }), true);
    await eventually(() => partnerHas(world, "late"));
  });

  it("keeps taking callbacks through a crash of the database, and loses none", async () => {
    await recovered();
    await server.crash();
    assert.equal(await postCallback(bridge.url, { users: ["meanwhile"] }), true);
    await server.start();
    await eventually(() => partnerHas(world, "meanwhile"));
    assert.equal(await bridge.stop(), 0);
  });
});

describe("a bridge that its database server lets in no more", () => {
  let server: PrivateServer;
  let world: World;
  before(async () => {
    server = await startPrivatePostgres();
    const url = new URL(server.url);
    url.pathname = "/not_made_yet";
    world = await openWorld({ more: `storage: { url: "${url.href}", schema: ${server.schema()} }\n` });
  });
  after(async () => {
    await world.close();
    await server.stop();
  });

  it("starts all the same, keeps callbacks in the spool, says why, and delivers once it is mended over there", async () => {
    const bridge = await world.startHere();
    const { reason } = await bridge.logged("store.unavailable");
    assert.match(String(reason), /not_made_yet/);
    assert.equal(await postCallback(bridge.url, { users: ["early"] }), true);
    const admin = postgres(server.url, { max: 1 });
    await admin`CREATE DATABASE not_made_yet`;
    await admin.end();
    await eventually(() => partnerHas(world, "early"));
    // something waits in the spool for a store that was never there: perhaps it is not the right one
    const { todo } = await bridge.logged("store.missing");
    assert.match(String(todo), /right database/);
    await bridge.logged("store.made");
    assert.equal(await bridge.stop(), 0);
  });
});

describe("a bridge that starts while somebody holds its tables, as VACUUM FULL and ALTER TABLE do", () => {
  let server: PrivateServer;
  let world: World;
  let schema: string;
  before(async () => {
    server = await startPrivatePostgres();
    schema = server.schema();
    world = await openWorld({ more: `storage: { url: "${server.url}", schema: ${schema} }\n` });
  });
  after(async () => {
    await world.close();
    await server.stop();
  });

  it("keeps callbacks in the spool, says why, and delivers once they are let go", async () => {
    const first = await world.startHere();
    assert.equal(await postCallback(first.url, { users: ["before"] }), true);
    await eventually(() => partnerHas(world, "before"));
    assert.equal(await first.stop(), 0);
    const admin = postgres(server.url, { max: 1 });
    const { letGo, held } = await lockOn(admin, `${schema}.deliveries`);
    const bridge = await world.startHere();
    const { reason } = await bridge.logged("store.unavailable");
    assert.match(String(reason), /somebody holds a lock in PostgreSQL/);
    assert.equal(await postCallback(bridge.url, { users: ["meanwhile"] }), true);
    letGo();
    await held;
    await admin.end();
    await eventually(() => partnerHas(world, "meanwhile"));
    assert.equal(await bridge.stop(), 0);
  });
});

/** Resolves once the table is locked. */
async function lockOn(admin: postgres.Sql, table: string): Promise<{ letGo: () => void; held: Promise<unknown> }> {
  const { promise: over, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const held = admin.begin(async (sql) => {
    await sql.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    isLocked();
    await over;
  });
  await Promise.race([locked, held]);
  return { letGo, held };
}

describe("a configuration that changes while the database is down", () => {
  let server: PrivateServer;
  let world: World;
  let bridge: BridgeHere;
  before(async () => {
    server = await startPrivatePostgres();
    world = await openWorld({ more: `storage: { url: "${server.url}", schema: ${server.schema()} }\n` });
    bridge = await world.startHere();
    await server.crash();
    await world.edit((yaml) =>
      yaml.replace("${CHAT_CALLBACK_TOKEN}", "token-of-the-outage").replace("/unsubscribes", "/moved"),
    );
    await bridge.logged("config.waits");
  });
  after(async () => {
    await world.close();
    await server.stop();
  });
  const post = (user: string, token: string) => postCallback(bridge.url, { users: [user], token });
  const taken = step(async () => {
    assert.equal(await post("meanwhile", "token-of-the-outage"), true);
    assert.equal(await post("nobody", TOKEN), false);
  });

  it("is what callbacks are taken by at once: a token that was rotated meanwhile loses none", taken);

  it("is taken whole by itself once the database is there", async () => {
    await taken();
    await server.start();
    await bridge.logged("config.reloaded");
    await eventually(() => partnerHas(world, "meanwhile"));
    assert.ok(!bridge.lines.some((line) => line.includes("config.refused")));
    assert.equal(await bridge.stop(), 0);
  });
});
