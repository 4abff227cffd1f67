/** A whole bridge on databases as they are found: few connections, a primary that turns read-only, odd settings. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { postCallback } from "../support/callbacks.ts";
import type { BridgeHere } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { partnerHas } from "../support/scene.ts";
import { openWorld, type World } from "../support/world.ts";

describe("a bridge on a database as it is found", () => {
  let server: PrivateServer;
  let sql: postgres.Sql;
  before(async () => {
    server = await startPrivatePostgres();
    // whoever puts the server right is not held up by what is wrong
    sql = postgres(`${server.url}?default_transaction_read_only=off`, { max: 1, fetch_types: false });
  });
  after(async () => {
    await sql.end();
    await server.stop();
  });

  interface Running {
    readonly world: World;
    readonly bridge: BridgeHere;
    /** Posts a callback for this person, and waits until it is delivered. */
    deliver(user: string): Promise<void>;
  }

  /** A bridge as this role, with what a superuser says of it. */
  async function withRole(role: string, rights: string, prove: (running: Running) => Promise<void>): Promise<void> {
    await sql.unsafe(`CREATE ROLE ${role} LOGIN ${rights}`);
    await sql.unsafe(`GRANT CREATE ON DATABASE postgres TO ${role}`);
    const url = server.url.replace("postgres@", `${role}@`);
    const world = await openWorld({ more: `storage: { url: "${url}", schema: ${server.schema()} }\n` });
    try {
      const bridge = await world.startHere();
      const has = (user: string) => partnerHas(world, user);
      await prove({
        ...{ world, bridge },
        async deliver(user) {
          assert.equal(await postCallback(bridge.url, { users: [user] }), true);
          await eventually(() => has(user));
        },
      });
      assert.equal(await bridge.stop(), 0);
    } finally {
      await world.close();
    }
  }

  const reload = () => sql.unsafe("SELECT pg_reload_conf()");

  it("that gives it two connections delivers, and says how many it wants", async () => {
    await withRole("two", "CONNECTION LIMIT 2", async ({ bridge, deliver }) => {
      const { wanted, allowed, todo } = await bridge.logged("store.connections");
      assert.deepEqual([wanted, allowed, typeof todo], [14, 2, "string"]);
      for (const user of ["ann", "bob", "cho"]) await deliver(user);
      await bridge.logged("store.connections_few");
      const ready = await fetch(new URL("/readyz", bridge.url));
      assert.equal(((await ready.json()) as { keeping: string }).keeping, "store");
    });
  });

  it("that turns read-only under its open sockets goes on where it can write, without a restart", async () => {
    await withRole("flipped", "", async ({ bridge, deliver }) => {
      await deliver("before");
      // who is connected stays read-only, as on a demoted primary; who connects anew is not, as on its successor
      await sql.unsafe("ALTER ROLE flipped SET default_transaction_read_only = off");
      await sql.unsafe("ALTER SYSTEM SET default_transaction_read_only = on");
      await reload();
      await deliver("after");

      // and with none that takes writes, until there is one
      await sql.unsafe("ALTER ROLE flipped RESET default_transaction_read_only");
      await sql.unsafe("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'flipped'");
      assert.equal(await postCallback(bridge.url, { users: ["meanwhile"] }), true);
      await bridge.logged("intake.store_fails");
      await sql.unsafe("ALTER SYSTEM RESET default_transaction_read_only");
      await reload();
      await bridge.logged("spool.taken");
      await deliver("at last");
    });
  });

  it("whose settings are odd in ways that matter delivers, and tells the whole story", async () => {
    const settings = { bytea_output: "escape", array_nulls: "off", default_transaction_isolation: "serializable" };
    for (const [name, value] of Object.entries(settings)) {
      await sql.unsafe(`ALTER DATABASE postgres SET ${name} = '${value}'`);
    }
    await withRole("odd", "", async ({ world, deliver }) => {
      await deliver("dee");
      // the destination has it a moment before the ledger says so
      await eventually(async () => {
        const { code, out } = await world.command("trace", "dee");
        assert.equal(code, 0, out);
        return /partner +delivered/.test(out);
      });
    });
  });
});
