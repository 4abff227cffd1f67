/** Databases that are odd in what they hold, to whom they give rights, and in what they do with rows. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import type { Reason } from "../../src/connector.ts";
import { openExpander } from "../../src/delivery/routing/expand-each.ts";
import type { Settlement } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { postgresFindings } from "../../src/storage/postgres/durability.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { isRefused } from "../../src/storage/postgres/trouble.ts";
import { inFolder } from "../cli/folder.ts";
import { memoryLog } from "../intake/harness.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import {
  callbackOf,
  delivered,
  entryOf,
  eventOf,
  queue,
  register,
  route,
  settle,
  take,
  usersOf,
} from "./suite-support.ts";

const OF_ANY_SCRIPT = "张伟 é 😀 ✗";

describe("a database", () => {
  let server: PrivateServer;
  let sql: postgres.Sql;
  before(async () => {
    server = await startPrivatePostgres({ fsync: "off" });
    sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    await sql.unsafe("CREATE ROLE plain LOGIN; CREATE SCHEMA another");
  });
  after(async () => {
    await sql.end();
    await server.stop();
  });
  const urlOf = (database: string, role = "postgres") =>
    server.url.replace("postgres@", `${role}@`).replace(/postgres$/, database);
  const create = (name: string, encoding: string) =>
    sql.unsafe(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`);
  const isIn = (store: Storage, user: string) => store.trace(user).then(([story]) => story?.event.user === user);

  it("that takes bytes as they come (SQL_ASCII) holds ids of any script", async () => {
    await create("bytes", "SQL_ASCII");
    const store = await openPostgres({ url: urlOf("bytes"), max: 2 });
    await register(store);
    await queue(store, { user: OF_ANY_SCRIPT });
    const claim = await take(store);
    await settle(store, claim, delivered);
    assert.deepEqual(usersOf(claim), [OF_ANY_SCRIPT]);
    assert.ok(await isIn(store, OF_ANY_SCRIPT));
    await store.close();
  });

  for (const encoding of ["LATIN1", "EUC_JP"]) {
    it(`that lacks signs (${encoding}) is no place for a new store, which says what is`, async () => {
      await create(encoding.toLowerCase(), encoding);
      const url = urlOf(encoding.toLowerCase());
      await assert.rejects(openPostgres({ url }), new RegExp(`encoding ${encoding}.*ENCODING 'UTF8'`));
      const [finding] = await postgresFindings(url);
      assert.deepEqual([finding?.ok, finding?.what.includes(encoding)], [false, true]);
      const left = postgres(url, { max: 1, fetch_types: false });
      const found = await left.unsafe("SELECT to_regnamespace('unsub_bridge') AS schema");
      await left.end();
      assert.equal(found[0]?.schema, null, "nothing of it stays");
    });
  }

  it("that lacks signs goes on where a store is there already, says so at each start, and what it can hold is held", async () => {
    await create("older", "LATIN1");
    // as an older release made it
    const whole = await openPostgres({ url: server.url, schema: "made" });
    await whole.close();
    const direct = postgres(urlOf("older"), { max: 1, fetch_types: false, onnotice: () => undefined });
    await direct.unsafe("CREATE SCHEMA unsub_bridge; SET search_path = unsub_bridge");
    await direct.unsafe("CREATE TABLE meta (version int NOT NULL, compatible_from int NOT NULL, moving text)");
    const { STEPS } = await import("../../src/storage/postgres/schema.ts");
    for (const { sql: step } of STEPS) await direct.unsafe(step);
    await direct.unsafe(`INSERT INTO meta VALUES (${STEPS.length}, 1, NULL)`);
    await direct.end();
    const log = memoryLog();
    const store = await openPostgres({ url: urlOf("older"), log, max: 2 });
    assert.deepEqual(
      log.lines.filter(({ fact }) => fact === "store.encoding").map(({ level }) => level),
      ["error"],
    );
    await register(store);
    // as many as would be taken for trouble of the store, in front of everybody else
    const bodies = [1, 2, 3, 4].map((number) => callbackOf(`${OF_ANY_SCRIPT} ${number}`));
    await store.accept({ callbacks: bodies, quarantine: [] });
    const expander = openExpander(store);
    const waiting = await store.unread(10);
    await expander.expand(
      waiting.map(({ seq }) => ({
        callback: seq,
        events: [eventOf({ user: `${OF_ANY_SCRIPT} ${seq}` })],
        quarantine: [],
      })),
    );
    expander.end();
    assert.deepEqual(await store.unread(10), []);
    const aside = await store.quarantined({ limit: 10 });
    assert.deepEqual(
      aside.map(({ body }) => body),
      bodies.map(({ body }) => body),
    );
    assert.match(aside[0]?.fault ?? "", /cannot hold what it says .*LATIN1.*ENCODING 'UTF8'/);
    await queue(store, { user: "jared é" });
    assert.ok(await isIn(store, "jared é"));
    await store.close();
  });

  it("that lacks signs has nobody of such a name: whoever asks for one is told so, whatever they ask", async () => {
    await inFolder(async (folder) => {
      const env = { TOKEN: "chat-callback-token", DATABASE_URL: urlOf("older") };
      await folder.write(
        "bridge.yaml",
        `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
storage: { url: "\${DATABASE_URL}" }
connectors:
  partner: { type: webhook, url: "https://partner.example/x" }
`,
      );
      for (const line of [
        "trace 张伟",
        "deliveries list --user 张伟",
        "dead-letters list --user 张伟",
        "dead-letters export --user 张伟",
        "dead-letters replay --user 张伟 --yes",
      ]) {
        const { code, out, err } = await folder.run([...line.split(" "), "--config", "bridge.yaml"], { env });
        assert.deepEqual([code, out], [2, ""], `${line}: ${err}`);
        const last = err.trimEnd().split("\n").at(-1) ?? "";
        assert.match(
          last,
          /^The database cannot hold a sign .* no such id, name or word can be in this store\.$/,
          line,
        );
      }
      assert.equal((await folder.run(["trace", "nobody", "--config", "bridge.yaml"], { env })).code, 1);
    });
  });

  it("that lacks signs settles what a destination said in them, and keeps what is quarantined for them", async () => {
    const log = memoryLog();
    const store = await openPostgres({ url: urlOf("older"), log, max: 2 });
    await register(store);
    await queue(store, { user: "kim" }, { user: "lea" });
    const claim = await take(store);
    const said: Reason = { words: "HTTP 500", message: "服务器 down" };
    const [first, ...others] = claim.deliveries.map(({ event }) => event.seq);
    assert.ok(first);
    const settlements: Settlement[] = [
      { event: first, to: "waiting", reason: said, delayMs: 0, lane: "same", attempted: true },
      ...others.map((event): Settlement => ({ event, to: "delivered", note: "成功" })),
    ];
    const written = await store.settle({ connector: "crm", token: claim.token, settlements });
    assert.deepEqual(written.tag === "settled" && written.lost, []);
    const ledger = await store.deliveries({}, { limit: 10 });
    assert.ok(ledger.some(({ reason }) => reason?.message === "\\u670d\\u52a1\\u5668 down"));
    assert.equal(log.lines.filter(({ fact }) => fact === "store.words_fitted").length, 1);
    const bodied = entryOf("unfit", { fault: "从键盘来的", platform: "微信" });
    await store.accept({ callbacks: [], quarantine: [bodied, entryOf("fit")] });
    assert.deepEqual((await store.quarantineEntry("unfit"))?.body, bodied.body);
    await store.close();
  });

  it("whose schema belongs to somebody else is refused with the way out, as what somebody must mend", async () => {
    const trouble = await openPostgres({ url: urlOf("postgres", "plain"), schema: "another" }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.match(String(trouble), /grant it the rights on it \(storage\.schema\)/);
    assert.ok(isRefused(trouble));
  });

  for (const [what, act] of [
    ["a trigger", "CREATE TRIGGER t BEFORE INSERT ON s.callbacks FOR EACH ROW EXECUTE FUNCTION s.nothing()"],
    ["a rule", "CREATE RULE r AS ON INSERT TO s.unread DO INSTEAD NOTHING"],
    [
      "a trigger on what is not read yet",
      "CREATE TRIGGER t BEFORE INSERT ON s.unread FOR EACH ROW EXECUTE FUNCTION s.nothing()",
    ],
  ] as const) {
    it(`in which ${what} drops rows takes no callback: none is acknowledged that is not there`, async () => {
      const schema = server.schema();
      const store = await openPostgres({ url: server.url, schema, max: 2 });
      await sql.unsafe(
        `CREATE FUNCTION ${schema}.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
      );
      await sql.unsafe(act.replaceAll("s.", `${schema}.`));
      await assert.rejects(
        store.accept({ callbacks: [callbackOf("a"), callbackOf("b")], quarantine: [] }),
        /without keeping them: remove the trigger/,
      );
      await assert.rejects(store.accept({ callbacks: [callbackOf("a")], quarantine: [] }), /without keeping them/);
      await store.close();
    });
  }

  describe("in which a trigger drops", () => {
    const swallowing = async (table: string) => {
      const schema = server.schema();
      const store = await openPostgres({ url: server.url, schema, max: 2 });
      await register(store);
      await sql.unsafe(
        `CREATE FUNCTION ${schema}.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER t BEFORE INSERT ON ${schema}.${table} FOR EACH ROW EXECUTE FUNCTION ${schema}.nothing()`,
      );
      const without = () => sql.unsafe(`DROP TRIGGER t ON ${schema}.${table}`);
      return { store, without };
    };

    for (const table of ["events", "deliveries"]) {
      it(`${table} keeps what it has acknowledged until that is removed, and delivers it then`, async () => {
        const { store, without } = await swallowing(table);
        await store.accept({ callbacks: [callbackOf("ann")], quarantine: [] });
        await assert.rejects(queue(store, { user: "ann" }), new RegExp(`of the ${table} without keeping them: remove`));
        await without();
        await queue(store, { user: "ann" });
        assert.deepEqual(usersOf(await take(store)), ["ann"]);
        await store.close();
      });
    }

    it("entries of the quarantine acknowledges none of them", async () => {
      const { store, without } = await swallowing("quarantine");
      await assert.rejects(store.accept({ callbacks: [], quarantine: [entryOf("one")] }), /without keeping them/);
      await without();
      await store.accept({ callbacks: [], quarantine: [entryOf("one"), entryOf("one")] });
      assert.ok(await store.quarantineEntry("one"));
      await store.close();
    });
  });

  describe("that begins to number anew, as one that takes over by logical replication does,", () => {
    const begun = async () => {
      const schema = server.schema();
      const log = memoryLog();
      const store = await openPostgres({ url: server.url, schema, max: 2, log });
      await register(store);
      for (const user of ["ann", "bob", "cho"]) await queue(store, { user });
      await settle(store, await take(store), delivered);
      await store.accept({ callbacks: [], quarantine: [entryOf("one"), entryOf("two")] });
      const anew = () =>
        sql.unsafe(
          ["callbacks", "events", "quarantine"]
            .map((table) => `ALTER SEQUENCE ${schema}.${table}_seq_seq RESTART`)
            .join("; "),
        );
      const said = () => log.lines.flatMap(({ fact, tables }) => (fact === "store.numbered_anew" ? [tables] : []));
      return { schema, store, anew, said, log };
    };
    /** Until the store takes it: what is not taken is tried again. */
    const queued = async (store: Storage, user: string) => {
      await queue(store, { user }).catch(() => queue(store, { user }));
      return usersOf(await take(store));
    };

    it("loses nothing of what comes while it serves", async () => {
      const { store, anew, said } = await begun();
      await anew();
      await store.accept({ callbacks: [callbackOf("dee"), callbackOf("eve")], quarantine: [entryOf("three")] });
      assert.deepEqual(said(), [["callbacks", "events", "quarantine"]]);
      assert.equal((await store.quarantined({ limit: 10 })).length, 3);
      await anew();
      assert.deepEqual(await queued(store, "dee"), ["dee"]);
      await store.close();
    });

    it("loses nothing whose number was pruned, and lies behind the cursors", async () => {
      const { schema, store, anew } = await begun();
      await sql.unsafe(`TRUNCATE ${schema}.events, ${schema}.deliveries, ${schema}.callbacks`);
      await anew();
      await assert.rejects(
        queue(store, { user: "dee" }),
        /numbered anew .*\(events, quarantine\): its numbers are put forward/,
      );
      assert.deepEqual(await queued(store, "dee"), ["dee"]);
      await store.close();
    });

    it("notices it by the short way as well, whoever has numbered the events before", async () => {
      const { schema, store, anew } = await begun();
      await sql.unsafe(`TRUNCATE ${schema}.events, ${schema}.deliveries, ${schema}.callbacks`);
      await anew();
      await store.accept({ callbacks: [callbackOf("dee")], quarantine: [] });
      const [unread] = await store.unread(1);
      const carried = () =>
        store.carry([{ callback: unread?.seq ?? 0, events: [eventOf({ user: "dee" })], quarantine: [] }], [], []);
      await assert.rejects(carried(), /numbered anew .*events.*: its numbers are put forward/);
      await carried();
      await route(store);
      assert.deepEqual(usersOf(await take(store)), ["dee"]);
      await store.close();
    });

    it("starts for a role that has no rights on its sequences, as before", async () => {
      const { schema, store, anew } = await begun();
      await store.close();
      await anew();
      await sql.unsafe(
        `GRANT USAGE ON SCHEMA ${schema} TO plain; GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO plain`,
      );
      const next = await openPostgres({ url: urlOf("postgres", "plain"), schema, max: 2 });
      await assert.rejects(queue(next, { user: "ann" }), /without keeping them|duplicate key/);
      await next.close();
    });

    it("is put right at the next start, which says so", async () => {
      const { schema, store, anew, said, log } = await begun();
      await store.close();
      await sql.unsafe(`TRUNCATE ${schema}.events, ${schema}.deliveries`);
      await anew();
      const next = await openPostgres({ url: server.url, schema, max: 2, log });
      assert.deepEqual(said(), [["callbacks", "events", "quarantine"]]);
      await queue(next, { user: "dee" });
      assert.deepEqual(usersOf(await take(next)), ["dee"]);
      await next.close();
    });
  });
});
