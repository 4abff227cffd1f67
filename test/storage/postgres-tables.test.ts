/** What somebody has done to the tables of a store, found by asking a real server: at start, by `status` and by `check --live`. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { madeOf } from "../../src/storage/postgres/made-of.ts";
import { inFolder } from "../cli/folder.ts";
import { memoryLog } from "../intake/harness.ts";
import { eventually } from "../support/eventually.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { register } from "./suite-support.ts";

/** What was done (`s` is the schema), what is said, and the way out. */
const DAMAGES: readonly (readonly [what: string, done: string, code: string, ok: boolean | "warning", todo: RegExp])[] =
  [
    [
      "tables that a crash empties",
      "ALTER TABLE s.unread SET UNLOGGED; ALTER TABLE s.callbacks SET UNLOGGED",
      "tables_unlogged",
      false,
      /^ALTER TABLE "s"\.callbacks SET LOGGED; ALTER TABLE "s"\.unread SET LOGGED$/,
    ],
    [
      "a rule",
      "CREATE RULE r AS ON INSERT TO s.events DO INSTEAD NOTHING",
      "tables_rule",
      false,
      /^DROP RULE r ON "s"\.events$/,
    ],
    [
      "a trigger in front of rows",
      "CREATE TRIGGER t BEFORE UPDATE ON s.deliveries FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
      "tables_trigger",
      "warning",
      /AFTER trigger/,
    ],
    [
      "our triggers switched off",
      "ALTER TABLE s.quarantine DISABLE TRIGGER ALL",
      "tables_uncounted",
      false,
      /^ALTER TABLE "s"\.quarantine ENABLE ALWAYS TRIGGER quarantine_added; .+quarantine_removed$/,
    ],
    [
      "an index that cannot be used",
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 's.deliveries_due'::regclass",
      "tables_broken_index",
      false,
      /^REINDEX INDEX CONCURRENTLY "s"\.deliveries_due$/,
    ],
    [
      "a constraint that is gone",
      "ALTER TABLE s.claims DROP CONSTRAINT claims_connector_person_key",
      "tables_once",
      false,
      /pg_dump/,
    ],
    ["an index that is gone", "DROP INDEX s.deliveries_turn", "tables_index", "warning", /pg_dump/],
    [
      "a type that somebody altered",
      "ALTER TABLE s.events ALTER user_id TYPE varchar(20)",
      "tables_type",
      false,
      /^ALTER TABLE "s"\.events ALTER COLUMN user_id TYPE text$/,
    ],
  ];

for (const [version, binaries] of [
  ["the embedded server", undefined],
  ["Debian's server", DEBIAN_POSTGRES],
] as const) {
  describe(`the tables of a store, on ${version}`, { skip: version === "Debian's server" && !binaries }, () => {
    let server: PrivateServer;
    let sql: postgres.Sql;
    before(async () => {
      server = await startPrivatePostgres({}, binaries);
      sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
      await sql.unsafe("CREATE ROLE plain LOGIN");
    });
    after(async () => {
      await sql.end();
      await server.stop();
    });

    const made = async () => {
      const schema = server.schema();
      const store = await openPostgres({ url: server.url, schema, max: 2 });
      await register(store);
      return { schema, store, done: (what: string) => sql.unsafe(what.replaceAll(/\bs\b(?=[ .])/g, schema)) };
    };

    it("are what the statements say that make them, and nothing is found", async () => {
      const { schema, store } = await made();
      const { faults, ...status } = await store.status();
      assert.equal(faults, undefined);
      assert.equal(status.connectors.length, 1);
      const columns = await sql.unsafe(
        `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, c.relname AS table
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE a.attnum > 0 AND c.relkind = 'r' AND c.relnamespace = '${schema}'::regnamespace AND c.relname <> 'meta'`,
      );
      const ours = madeOf();
      const sorted = (all: Iterable<readonly [string, string]>) => [...all].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(ours.types), sorted(columns.map(({ name, type }) => [String(name), String(type)])));
      const indexes = await sql.unsafe(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}'`);
      const there = indexes.map(({ name }) => String(name));
      // the one of an older store, and those that questions want
      const expected = [...ours.indexes.keys()].filter((name) => name !== "events_once");
      const own = ["deliveries_waiting", "deliveries_dead_by_event", "events_by_prefix"];
      assert.deepEqual(there.toSorted(), [...expected, ...own].toSorted());
      await store.close();
    });

    for (const [what, damage, code, ok, todo] of DAMAGES) {
      it(`tell of ${what}, while it runs and at the next start, with the way out`, async () => {
        const { schema, store, done } = await made();
        await done(damage);
        const { faults = [] } = await store.status();
        assert.deepEqual(
          faults.map((found) => [found.code, found.ok]),
          [[code, ok]],
        );
        assert.match((faults[0]?.todo ?? "").replaceAll(schema, "s"), todo);
        await store.close();
        const log = memoryLog();
        const next = await openPostgres({ url: server.url, schema, max: 2, log });
        const said = log.lines.filter(({ fact }) => fact === "store.at_risk");
        assert.deepEqual(
          said.map((line) => [line.level, line.code]),
          [[ok === false ? "error" : "warn", code]],
        );
        await next.close();
      });
    }

    it("are looked after while they are served: what was done is said once, and again where it was well in between", async () => {
      const { schema, store, done } = await made();
      await store.close();
      const log = memoryLog();
      const served = await openPostgres({ url: server.url, schema, max: 2, log, watchEveryMs: 10 });
      const codes = () => log.lines.filter(({ fact }) => fact === "store.at_risk").map(({ code }) => code);
      /** That a later damage is said proves that it was looked. */
      const said = (...expected: readonly string[]) => eventually(() => codes().join() === expected.join());
      assert.deepEqual(codes(), []);
      await done("ALTER TABLE s.callbacks SET UNLOGGED");
      await said("tables_unlogged");
      await done("CREATE RULE r AS ON INSERT TO s.events DO INSTEAD NOTHING");
      await said("tables_unlogged", "tables_rule");
      await done("ALTER TABLE s.callbacks SET LOGGED; DROP INDEX s.deliveries_turn");
      await said("tables_unlogged", "tables_rule", "tables_index");
      await done("ALTER TABLE s.callbacks SET UNLOGGED");
      await said("tables_unlogged", "tables_rule", "tables_index", "tables_unlogged");
      await served.close();
    });

    it("are well again once what is said was done", async () => {
      const { store, done } = await made();
      for (const [, damage, , , todo] of DAMAGES) if (todo.source.startsWith("^")) await done(damage);
      for (const { todo } of (await store.status()).faults ?? []) {
        for (const statement of todo?.split("; ") ?? []) await sql.unsafe(statement);
      }
      assert.equal((await store.status()).faults, undefined);
      await store.close();
    });

    it("tell a role that sees not all of their rows, and nobody else", async () => {
      const { schema, store, done } = await made();
      await done("GRANT USAGE ON SCHEMA s TO plain".replace(" s ", ` ${schema} `));
      await sql.unsafe(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO plain`);
      await done("ALTER TABLE s.unread ENABLE ROW LEVEL SECURITY");
      assert.equal((await store.status()).faults, undefined);
      const asPlain = await openPostgres({ url: server.url.replace("postgres@", "plain@"), schema, max: 2 });
      const [fault] = (await asPlain.status()).faults ?? [];
      assert.equal(fault?.code, "tables_hidden");
      await Promise.all([asPlain.close(), store.close()]);
    });

    it("tell what would be numbered anew", async () => {
      const { store, done } = await made();
      await done("UPDATE s.connectors SET cursor = 5");
      const [fault] = (await store.status()).faults ?? [];
      assert.deepEqual([fault?.code, fault?.values], ["tables_numbers", { tables: "events" }]);
      await store.close();
    });

    it("are told of by the command line: `status` ends with 1, and `check --live` says it at storage.url", async () => {
      await inFolder(async (folder) => {
        const { schema, store, done } = await made();
        await done(DAMAGES[0]?.[1] ?? "");
        const env = {
          TOKEN: "chat-callback-token",
          SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          DATABASE_URL: server.url,
        };
        await folder.write(
          "bridge.yaml",
          `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
storage: { url: "\${DATABASE_URL}", schema: ${schema} }
connectors:
  partner: { type: webhook, url: "http://127.0.0.1:1/x", secret: "\${SECRET}", allow_http: true, allow_private_network: true }
`,
        );
        const run = (...words: string[]) => folder.run([...words, "--config", "bridge.yaml"], { env });
        const status = await run("status");
        assert.match(status.out, /UNLOGGED \(callbacks, unread\).+\n.+to do: ALTER TABLE .+ SET LOGGED/);
        const { out } = await run("status", "--json");
        assert.equal(JSON.parse(out).faults[0].state, "bad");
        const check = await run("check", "--live");
        assert.match(check.out, /✗ tables are UNLOGGED[\s\S]+→ ALTER TABLE[\s\S]+?bridge\.yaml:2:17 storage\.url/);
        await store.close();
      });
    });
  });
}
