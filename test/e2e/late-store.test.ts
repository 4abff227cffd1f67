/** A bridge that starts in the middle of an outage of its database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

describe("a bridge whose database is down", () => {
  let server: PrivateServer;
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    server = await startPrivatePostgres();
    world = await openWorld({ more: `storage: { url: "${server.url}", schema: ${server.schema()} }\n` });
    await server.crash();
    bridge = await world.start();
  });
  after(async () => {
    await world.close();
    await server.stop();
  });

  it("starts, is ready, and keeps callbacks in the spool", async () => {
    assert.equal(await postCallback(bridge.url, { users: ["early"] }), true);
    const ready = await fetch(new URL("/readyz", bridge.url));
    assert.equal(ready.status, 200);
    assert.equal(((await ready.json()) as { keeping: string }).keeping, "spool");
    assert.equal(world.webhook.received.payloads.size, 0);
  });

  it("delivers them once the database is there, and takes the next ones into it", async () => {
    await server.start();
    await eventually(() => world.webhook.received.payloads.size === 1);
    await bridge.logged("spool.taken");
    assert.equal(await postCallback(bridge.url, { users: ["late"] }), true);
    await eventually(() => world.webhook.received.payloads.size === 2);
  });

  it("keeps taking callbacks through a crash of the database, and loses none", async () => {
    await server.crash();
    assert.equal(await postCallback(bridge.url, { users: ["meanwhile"] }), true);
    await server.start();
    await eventually(() => world.webhook.received.payloads.size === 3);
    assert.equal(await bridge.stop(), 0);
  });
});
