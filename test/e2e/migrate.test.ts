/** From SQLite to PostgreSQL as an operator does it: stop, migrate, one line of YAML, start. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";

describe("moving to PostgreSQL", () => {
  let server: TestServer;
  let schema: string;
  let world: World;
  let migrate: readonly string[];
  const early = { users: ["early"], eventTime: Date.now() };
  before(async () => {
    server = await startPostgres();
    schema = server.schema();
    world = await openWorld({ contacts: ["early"], env: { NEW_STORE: server.url } });
    migrate = ["--from", `sqlite:${world.path("data/bridge.db")}`, "--to", "NEW_STORE", "--schema", schema];
  });
  after(async () => {
    await world.close();
    await server.stop();
  });

  /** The old store is filled; tried while its bridge runs. */
  const refused = step(async () => {
    const bridge = await world.startHere();
    assert.equal(await postCallback(bridge.url, early), true);
    assert.equal(await postCallback(bridge.url, { users: ["unknown"] }), true);
    await eventually(() => world.webhook.received.payloads.size === 2 && world.segment.received.events.size === 2);
    const result = await world.command("migrate", ...migrate);
    assert.equal(await bridge.stop(), 0);
    return result;
  });
  const moved = step(async () => {
    await refused();
    return world.command("migrate", ...migrate, "--json", "--as", "ann");
  });

  it("is refused while a bridge serves the old store, in words that name it", async () => {
    const { code, err } = await refused();
    assert.equal(code, 3);
    assert.match(err, /already served by another bridge \(process \d+ on /);
  });

  it("moves everything, and says what it compared", async () => {
    const { code, out, err } = await moved();
    assert.equal(code, 0, err);
    const { tables } = JSON.parse(out) as { tables: { table: string; rows: number; checksum: string }[] };
    assert.equal(tables.find(({ table }) => table === "deliveries")?.rows, 6);
    assert.ok(tables.every(({ checksum }) => /^[0-9a-f]+$/.test(checksum)));
  });

  it("is an export of all persons, and stands once in the audit of the store that was read", async () => {
    await moved();
    const { out } = await world.command("audit", "list", "--json", "--store", world.path("data/bridge.db"));
    const { audit } = JSON.parse(out) as {
      audit: { operation: string; count: number; actor: object; filter: object }[];
    };
    const { host, pathname } = new URL(server.url);
    assert.deepEqual(
      audit.map(({ operation, count, actor, filter }) => ({ operation, count, actor, filter })),
      [
        {
          operation: "export",
          count: 2,
          actor: { name: "ann", front: "terminal", proven: false },
          filter: { migrate: `${host}${pathname}`, schema },
        },
      ],
    );
  });

  it("goes on where the old store stopped: nothing twice, nothing missing, the story whole", async () => {
    await moved();
    await world.edit((yaml) => `${yaml}storage: { url: "${server.url}", schema: ${schema} }\n`);
    const bridge = await world.startHere();
    assert.equal(await postCallback(bridge.url, early), true);
    assert.equal(await postCallback(bridge.url, { users: ["late"] }), true);
    await eventually(() => world.webhook.received.payloads.size === 3 && world.segment.received.events.size === 3);
    assert.equal(world.webhook.received.duplicates, 0);
    assert.equal(world.segment.received.duplicates, 0);
    world.hubspot.add({ chat_user_id: "unknown" });
    assert.equal((await world.command("retry", "--now", "--connector", "crm")).code, 0);
    await eventually(() => world.hubspot.contactOf("unknown")?.chat_subscription === "unsubscribed");
    const { out } = await world.command("trace", "early");
    assert.match(out, /acknowledged {2}after \d/);
    assert.match(out, /partner +delivered/);
    assert.equal(await bridge.stop(), 0);
  });

  it("refuses anything but SQLite to PostgreSQL", async () => {
    const { code, err } = await world.command("migrate", "--from", server.url, "--to", "sqlite:x.db");
    assert.equal(code, 2);
    assert.match(err, /--from must be sqlite:/);
  });
});
