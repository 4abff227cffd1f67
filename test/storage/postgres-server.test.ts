/** What a PostgreSQL store asks of its server, and what it does when the server is in trouble. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { durabilityFindings, postgresFindings } from "../../src/storage/postgres/durability.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { startRelay } from "../support/relay.ts";
import { postgresServer } from "./postgres-support.ts";
import {
  callbackOf,
  delivered,
  drain,
  entryOf,
  eventOf,
  HOUR,
  queueUsers,
  register,
  settle,
  take,
  users,
  usersOf,
} from "./suite-support.ts";

const ONE = { callbacks: [callbackOf("a")], quarantine: [] };

describe("the schema of a PostgreSQL store", () => {
  const withMachines = postgresServer();

  test(
    "machines that start at the same time make the tables once",
    withMachines(async ({ open, sql }) => {
      const machines = await Promise.all([open(), open(), open(), open()]);
      await Promise.all(machines.map((storage) => storage.accept(ONE)));
      assert.equal((await machines[0].status()).unread, 4);
      assert.deepEqual(await sql("SELECT count(*)::int AS n FROM meta"), [{ n: 1 }]);
    }),
  );

  test(
    "a schema that a newer release has changed beyond this one is refused, and stays as it is",
    withMachines(async ({ open, sql, schema }) => {
      await (await open()).accept(ONE);
      await sql("UPDATE meta SET version = 99, compatible_from = 98");
      await assert.rejects(open(), new RegExp(`${schema}.*newer release.*version 99.*run that release`));
      assert.deepEqual(await sql("SELECT version FROM meta"), [{ version: 99 }]);
      assert.deepEqual(await sql("SELECT count(*)::int AS n FROM callbacks"), [{ n: 1 }]);
    }),
  );

  test(
    "a newer schema that the newer release calls compatible is served: machines are upgraded one after the other",
    withMachines(async ({ open, sql }) => {
      await open();
      await sql("UPDATE meta SET version = 99, compatible_from = 1");
      const older = await open();
      await older.accept(ONE);
      assert.deepEqual(await sql("SELECT version FROM meta"), [{ version: 99 }]);
    }),
  );

  test(
    "a name that cannot be a schema is refused before anything is asked",
    withMachines(async ({ url }) => {
      await assert.rejects(openPostgres({ url, schema: 'x"; DROP' }), /cannot be a schema/);
    }),
  );

  test(
    "callbacks, events, routes and claims are committed durably, even where server and user prefer it quick",
    withMachines(async ({ open, sql, url, schema }) => {
      await open();
      const quick = `${url}?options=-c%20synchronous_commit%3Doff`;
      const storage = await open({ url: quick });
      await sql(`CREATE TABLE seen (synchronous_commit text)`);
      await sql(`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN INSERT INTO ${schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`);
      await sql("CREATE TRIGGER note AFTER INSERT ON callbacks EXECUTE FUNCTION note()");
      await sql("CREATE TRIGGER note AFTER INSERT ON events EXECUTE FUNCTION note()");
      await sql("CREATE TRIGGER note AFTER INSERT ON deliveries EXECUTE FUNCTION note()");
      await sql("CREATE TRIGGER note AFTER INSERT ON claims EXECUTE FUNCTION note()");
      await register(storage);
      await queueUsers(storage, "a");
      await take(storage);
      assert.deepEqual(
        await sql("SELECT * FROM seen"),
        Array.from({ length: 4 }, () => ({ synchronous_commit: "on" })),
      );
    }),
  );

  test(
    "what only some callbacks bring with them, in tables of any size, is planned each time",
    withMachines(async ({ open, sql, schema }) => {
      const storage = await open();
      await sql("CREATE TABLE seen (mode text)");
      await sql(`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN INSERT INTO ${schema}.seen VALUES (TG_TABLE_NAME || ' ' || current_setting('plan_cache_mode')); RETURN NULL; END $$`);
      for (const table of ["events", "roster", "quarantine"]) {
        await sql(`CREATE TRIGGER note AFTER INSERT ON ${table} EXECUTE FUNCTION note()`);
      }
      const { app } = eventOf({ user: "a" });
      await storage.keepRoster([{ app, account: null }]);
      await storage.accept({ callbacks: [callbackOf("a")], quarantine: [] });
      const [callback] = await storage.unread(1);
      const events = [eventOf({ user: "a", kind: "subscribed" })];
      await storage.expand([{ callback: callback?.seq ?? 0, events, quarantine: [entryOf("bad")] }]);
      assert.deepEqual(
        (await sql("SELECT mode FROM seen ORDER BY mode")).map(({ mode }) => mode),
        ["events force_generic_plan", "quarantine force_custom_plan", "roster force_custom_plan"],
      );
    }),
  );

  test(
    "without prepared statements everything works, and no session remembers anything",
    withMachines(async ({ open, sql }) => {
      // one connection only, as a pooler would lend to many
      const storage = await open({ prepare: false, max: 1 });
      await register(storage, "crm", { writes: "state" });
      await queueUsers(storage, ...users("user", 5));
      assert.equal((await drain(storage)).length, 5);
      const locks = await sql("SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'");
      assert.deepEqual(locks, [{ n: 0 }]);
    }),
  );

  test(
    "one callback that cannot be stored fails no other, and NUL bytes are fine",
    withMachines(async ({ open }) => {
      const storage = await open();
      const bad = callbackOf("bad", { receivedAt: Number.NaN });
      const nul = callbackOf("\0", { platform: "a\0b" });
      const { refused } = await storage.accept({ callbacks: [callbackOf("a"), bad, nul], quarantine: [] });
      assert.deepEqual(
        refused.map(({ index }) => index),
        [1],
      );
      const kept = await storage.unread(10);
      assert.deepEqual(
        kept.map(({ body }) => new TextDecoder().decode(body)),
        ["a", "\0"],
      );
    }),
  );
});

describe("a PostgreSQL server in trouble", () => {
  let server: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres();
  });
  after(() => server.stop());

  test("a crash of the server loses nothing that was accepted, and the store goes on by itself", async () => {
    const storage = await openPostgres({ url: server.url, schema: server.schema() });
    await register(storage);
    await queueUsers(storage, "before");
    const claim = await take(storage);
    const inFlight = Promise.allSettled(
      users("flight", 20).map((user) => storage.accept({ ...ONE, callbacks: [callbackOf(user)] })),
    );
    await server.crash();
    const answers = await inFlight;
    await assert.rejects(storage.accept(ONE), /PostgreSQL|connection/);
    await assert.rejects(storage.ping(), /cannot be reached/);
    await assert.rejects(take(storage), /cannot be reached/);
    await server.start();
    await storage.ping();
    const result = await settle(storage, claim, delivered);
    assert.deepEqual(result.tag === "settled" && result.lost, []);
    const kept = new Set((await storage.unread(100)).map(({ body }) => new TextDecoder().decode(body)));
    for (const [n, answer] of answers.entries()) {
      if (answer.status === "fulfilled") assert.ok(kept.has(`flight-${n}`), "an acknowledged callback is gone");
    }
    assert.deepEqual(usersOf(await take(storage)), []);
    await storage.close();
  });

  test("a server that freezes is given up within the time that intake has, and asked again when it is back", async () => {
    const storage = await openPostgres({ url: server.url, schema: server.schema() });
    await storage.accept(ONE);
    await server.freeze();
    try {
      await assert.rejects(storage.accept(ONE), /did not answer|took too long|cannot be reached/);
    } finally {
      server.thaw();
    }
    await storage.accept(ONE);
    await storage.close();
  });

  test("a claim whose answer was lost is free at once when its token is given back", async () => {
    const schema = server.schema();
    const direct = await openPostgres({ url: server.url, schema });
    await register(direct);
    await queueUsers(direct, ...users("user", 3));
    const relay = await startRelay(Number(new URL(server.url).port));
    const url = server.url.replace(/:\d+\//, `:${relay.port}/`);
    const storage = await openPostgres({ url, schema, prepare: false, max: 1 });
    relay.loseAnswerTo((text) => text.includes("COMMIT\0"));
    await assert.rejects(storage.take("crm", 10, 1, HOUR, "unheard"), /connection to PostgreSQL was lost/);
    assert.deepEqual(usersOf(await take(direct)), [], "it was claimed, though nobody heard of it");
    await storage.release("crm", "unheard");
    assert.equal(usersOf(await take(direct)).length, 3);
    await Promise.all([storage.close(), direct.close()]);
    await relay.close();
  });

  test("its durability is judged by what it says of itself", async () => {
    assert.deepEqual(
      (await postgresFindings(server.url)).map(({ ok }) => ok),
      [true],
    );
    const nobody = await postgresFindings("postgres://127.0.0.1:1/none");
    assert.equal(nobody[0]?.ok, false);
    assert.match(nobody[0]?.what ?? "", /cannot be reached/);
    assert.deepEqual(
      durabilityFindings({ version: 170_000 }).map(({ ok }) => ok),
      [true],
    );
    const [frozen] = durabilityFindings({ version: 150_013 });
    assert.equal(frozen?.ok, "warning");
    assert.match(frozen?.what ?? "", /^PostgreSQL 15 lets a machine that is frozen/);
    const lax = durabilityFindings({
      fsync: "off",
      full_page_writes: "off",
      replicas: "1",
      synchronous: "0",
      standby: false,
    });
    assert.deepEqual(
      lax.map(({ ok }) => ok),
      [false, "warning", "warning"],
    );
    assert.deepEqual(
      durabilityFindings({ fsync: "on", full_page_writes: "on", replicas: "2", synchronous: "1", standby: false })
        .length,
      1,
    );
    const waiting = { synchronous_names: "ANY 1 (*)", synchronous: "0", standby: false };
    const [unseen] = durabilityFindings({ ...waiting, replicas: "2", unseen: "2" });
    assert.equal(unseen?.ok, true, "an ordinary role does not see how its standbys follow");
    const [alone] = durabilityFindings({ ...waiting, replicas: "0", unseen: "0" });
    assert.equal(alone?.ok, false);
    assert.match(alone?.what ?? "", /synchronous_standby_names.*none is connected/);
  });

  test("neither description nor error tells a password", async () => {
    const url = server.url.replace("postgres@", "postgres:s3cr3t%40x@");
    const storage = await openPostgres({ url, schema: server.schema() });
    assert.match(storage.description, /^postgres 127\.0\.0\.1:\d+\/postgres, schema test_/);
    await storage.close();
    const wrong = await openPostgres({ url: url.replace(/\/postgres$/, "/nowhere") }).catch((error: unknown) => error);
    assert.match(String(wrong), /no such database/);
    assert.ok(!`${String(wrong)} ${storage.description}`.includes("s3cr3t"));
  });
});
