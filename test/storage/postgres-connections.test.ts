/** Connections that go bad or are few: what a store does about them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import type { Logger } from "../../src/connector.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openRoom } from "../../src/storage/postgres/room.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { callbackOf, delivered, drain, queueUsers, register, settle, take, users, usersOf } from "./suite-support.ts";

const ONE = { callbacks: [callbackOf("a")], quarantine: [] };

describe("the connections of a PostgreSQL store", () => {
  let server: PrivateServer;
  let sql: postgres.Sql;
  before(async () => {
    server = await startPrivatePostgres({ max_connections: "40" });
    sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  });
  after(async () => {
    await sql.end();
    await server.stop();
  });

  /** A role of its own, and a URL for it. */
  async function role(name: string, more = ""): Promise<string> {
    await sql.unsafe(`CREATE ROLE ${name} LOGIN ${more}; GRANT CREATE ON DATABASE postgres TO ${name}`);
    return server.url.replace("postgres@", `${name}@`);
  }

  for (const limit of [2, 3, 4]) {
    test(`a role that may have ${limit} connections does everything, intake beside the rest`, async () => {
      const facts: Record<string, unknown>[] = [];
      const url = await role(`few_${limit}`, `CONNECTION LIMIT ${limit}`);
      const storage = await openPatient({ url, schema: server.schema(), log: logTo(facts) });
      await register(storage);
      await Promise.all([
        ...users("intake", 30).map((user) => storage.accept({ ...ONE, callbacks: [callbackOf(user)] })),
        ...users("work", 30).map(() => storage.connector("crm")),
      ]);
      assert.equal((await storage.unread(100)).length, 30);
      await storage.expand(
        (await storage.unread(100)).map(({ seq }) => ({ callback: seq, events: [], quarantine: [] })),
      );
      await queueUsers(storage, ...users("user", 5));
      assert.equal((await drain(storage)).length, 5);
      const said = facts.find(({ fact }) => fact === "store.connections");
      assert.deepEqual([said?.wanted, said?.allowed], [14, limit]);
      assert.ok(facts.some(({ fact }) => fact === "store.connections_few"));
      await storage.close();
    });
  }

  test("two machines that share a limit of four both take callbacks, though the first had all four", async () => {
    const url = await role("shared", "CONNECTION LIMIT 4");
    const schema = server.schema();
    const first = await openPatient({ url, schema });
    const crowd = (storage: Storage) =>
      Promise.all([...users("a", 20).map(() => storage.accept(ONE)), ...users("w", 20).map(() => storage.unread(1))]);
    await crowd(first);
    const second = await openPatient({ url, schema });
    await Promise.all([crowd(first), crowd(second)]);
    assert.equal((await second.status()).unread, 60);
    await Promise.all([first.close(), second.close()]);
  });

  test("a primary that turns read-only under open sockets is left at once, and found again where it is", async () => {
    const storage = await openPatient({ url: await role("flipped", "SUPERUSER"), schema: server.schema() });
    await register(storage);
    await queueUsers(storage, ...users("user", 3));
    await Promise.all(users("crowd", 20).flatMap(() => [storage.accept(ONE), storage.unread(1)]));
    // who is connected stays read-only for ever, as on a demoted primary; who connects anew is not, as on the new one
    await sql.unsafe("ALTER ROLE flipped SET default_transaction_read_only = off");
    await sql.unsafe("ALTER SYSTEM SET default_transaction_read_only = on");
    await sql.unsafe("SELECT pg_reload_conf()");
    for (let refused = false; !refused; ) {
      // the server tells its sessions one after the other
      refused = await storage.accept(ONE).then(
        () => false,
        (error: unknown) => /takes no writes/.test(String(error)),
      );
    }
    await storage.ping();
    await storage.accept(ONE);
    assert.equal(usersOf(await take(storage)).length, 3);
    await sql.unsafe("SET default_transaction_read_only = off");
    await sql.unsafe("ALTER SYSTEM RESET default_transaction_read_only");
    await sql.unsafe("SELECT pg_reload_conf()");
    await storage.close();
  });

  test("a server that answers questions and takes no callback is none that could take one now", async () => {
    const schema = server.schema();
    const storage = await openPatient({ url: await role("reader"), schema });
    await sql.unsafe(`REVOKE INSERT ON ${schema}.callbacks FROM reader`);
    assert.deepEqual(await storage.unread(1), []);
    await assert.rejects(storage.ping(), /does not allow this user/);
    await sql.unsafe(`GRANT INSERT ON ${schema}.callbacks TO reader`);
    await storage.ping();
    await storage.close();
  });

  test("sessions that the server ended while they were idle are nobody's trouble", async () => {
    const storage = await openPatient({ url: await role("ended"), schema: server.schema() });
    await register(storage);
    await Promise.all(users("crowd", 20).flatMap(() => [storage.accept(ONE), storage.unread(1)]));
    for (let n = 0; n < 20; n += 1) {
      await sql.unsafe("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ended'");
      await storage.accept(ONE);
      await storage.connector("crm");
    }
    await storage.close();
  });

  test("a column that a newer release adds to a table disturbs no machine that has read it before", async () => {
    const schema = server.schema();
    const storage = await openPatient({ url: server.url, schema });
    await register(storage);
    await queueUsers(storage, ...users("user", 9));
    await Promise.all(users("crowd", 20).map(() => storage.connector("crm")));
    for (const table of ["connectors", "deliveries", "events", "callbacks", "quarantine"]) {
      await sql.unsafe(`ALTER TABLE ${schema}.${table} ADD COLUMN of_tomorrow text`);
    }
    await storage.accept(ONE);
    await Promise.all(users("crowd", 20).map(() => storage.connector("crm")));
    assert.equal((await drain(storage, delivered)).length, 9);
    assert.equal((await storage.unread(10)).length, 1);
    await storage.close();
  });
});

test("claims whose end a crash of the database has undone are free when their holder takes again", async () => {
  // settling does not wait for the disk, as the contract allows; here it would wait in vain
  const server = await startPrivatePostgres({ wal_writer_delay: "10000ms", max_connections: "40" });
  try {
    const storage = await openPatient({ url: server.url, schema: server.schema() });
    await register(storage);
    await queueUsers(storage, "a", "b");
    const claim = await storage.take("crm", 1, 1, 3_600_000, "me 1", { id: "me", tokens: [] });
    await settle(storage, claim, delivered);
    await server.crash();
    await server.start();
    const again = await storage.take("crm", 9, 1, 3_600_000, "me 2", { id: "me", tokens: [] });
    assert.deepEqual(usersOf(again), ["a", "b"]);
    await storage.close();
  } finally {
    await server.stop();
  }
});

describe("the room for connections", () => {
  test("is what was wanted, until the server is full; then half of what there is, and one more now and then", () => {
    let now = 0;
    const room = openRoom({ intake: 3, work: 10 }, () => now);
    const shares = () => [room.shareOf("intake"), room.shareOf("work")];
    assert.deepEqual(shares(), [3, 10]);
    room.full(8);
    assert.deepEqual(shares(), [1, 3]);
    now += 120_000;
    assert.deepEqual(shares(), [2, 6]);
    room.full(1);
    assert.deepEqual(shares(), [1, 1]);
    now += 3_600_000;
    assert.deepEqual(shares(), [3, 10]);
  });
});

function logTo(facts: Record<string, unknown>[]): Logger {
  const add = (fields: Record<string, unknown>) => void facts.push(fields);
  return { debug: add, info: add, warn: add, error: add } as unknown as Logger;
}
