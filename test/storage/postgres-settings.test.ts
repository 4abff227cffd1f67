/** Whatever a role, a database or a server may set: a whole day of the store is the same. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { callbackOf, dead, delivered, entryOf, later, queue, register, settle, take } from "./suite-support.ts";

/** What a hostile, or only an old-fashioned, administrator could set. Settings that a server does not know are left out. */
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  array_nulls: ["off"],
  bytea_output: ["escape"],
  client_encoding: ["latin1", "sql_ascii"],
  client_min_messages: ["debug1", "error"],
  datestyle: ["German", "SQL, DMY"],
  debug_parallel_query: ["on"],
  default_transaction_deferrable: ["on"],
  default_transaction_isolation: ["serializable", "repeatable read", "read uncommitted"],
  default_transaction_read_only: ["on"],
  enable_indexscan: ["off"],
  enable_nestloop: ["off"],
  escape_string_warning: ["off"],
  exit_on_error: ["on"],
  extra_float_digits: ["-15"],
  force_parallel_mode: ["on"],
  idle_in_transaction_session_timeout: ["500"],
  idle_session_timeout: ["50"],
  intervalstyle: ["sql_standard"],
  jit_above_cost: ["0"],
  join_collapse_limit: ["1"],
  lc_messages: ["C"],
  lc_numeric: ["C"],
  lock_timeout: ["1"],
  plan_cache_mode: ["force_generic_plan"],
  quote_all_identifiers: ["on"],
  random_page_cost: ["1000000"],
  row_security: ["off"],
  search_path: ["nowhere", "pg_catalog"],
  session_replication_role: ["replica"],
  standard_conforming_strings: ["off"],
  statement_timeout: ["500"],
  synchronous_commit: ["off"],
  timezone: ["Asia/Kathmandu"],
  transaction_timeout: ["2000"],
  transform_null_equals: ["on"],
  work_mem: ["64kB"],
  xmloption: ["document"],
};

const BODY = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const SERVERS = { PostgreSQL: undefined, "Debian's PostgreSQL": DEBIAN_POSTGRES } as const;

for (const [name, binaries] of Object.entries(SERVERS)) {
  const isMissing = name !== "PostgreSQL" && binaries === undefined;
  describe(`the settings of ${name}`, { skip: (isMissing && "this machine has none") || ON_BUN_ALONE }, () => {
    let server: PrivateServer;
    let sql: postgres.Sql;
    let expected: unknown;
    before(async () => {
      server = await startPrivatePostgres({ fsync: "off" }, binaries);
      sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
      await sql.unsafe("CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE postgres TO plain");
      expected = await aDay("plain", true);
    });
    after(async () => {
      await sql.end();
      await server.stop();
    });

    async function aDay(role: string, prepare: boolean): Promise<unknown> {
      const url = server.url.replace("postgres@", `${role}@`);
      const storage = await openPatient({ url, schema: server.schema(), max: 2, prepare });
      try {
        return await told(storage);
      } finally {
        await storage.close();
      }
    }

    for (const [setting, values] of Object.entries(HOSTILE)) {
      for (const value of values) {
        // behind a pooler nothing can be said once for a session
        for (const prepare of [true, false]) {
          test(`a role with ${setting} = ${value} has the same day${prepare ? "" : ", without prepared statements"}`, async (context) => {
            const role = `role_${Math.abs(hash(setting + value + prepare))}`;
            await sql.unsafe(`CREATE ROLE ${role} SUPERUSER LOGIN`);
            const isKnown = await sql
              .unsafe(`ALTER ROLE ${role} SET ${setting} = ${setting === "search_path" ? value : `'${value}'`}`)
              .then(() => true)
              .catch(() => false);
            if (!isKnown) return context.skip?.(`this server has no ${setting}`);
            assert.deepEqual(await aDay(role, prepare), expected);
          });
        }
      }
    }

    for (const prepare of [true, false]) {
      test(`a role whose transactions may take less than it takes to ask what it is has the same day${prepare ? "" : ", without prepared statements"}`, async (context) => {
        const role = `hasty_${prepare}`;
        await sql.unsafe(`CREATE ROLE ${role} SUPERUSER LOGIN`);
        const isKnown = await sql.unsafe(`ALTER ROLE ${role} SET transaction_timeout = '250ms'`).then(
          () => true,
          () => false,
        );
        if (!isKnown) return context.skip?.("this server has no transaction_timeout");
        await sql.unsafe(`CREATE SCHEMA IF NOT EXISTS slow;
          CREATE OR REPLACE FUNCTION slow.pg_is_in_recovery() RETURNS boolean LANGUAGE sql
            AS 'SELECT pg_sleep(0.4) IS NULL'; ALTER ROLE ${role} SET search_path = slow, pg_catalog`);
        assert.deepEqual(await aDay(role, prepare), expected);
      });
    }

    test("a database that is as odd in every way has the same day", async () => {
      await sql.unsafe("CREATE DATABASE odd");
      for (const [setting, [value]] of Object.entries(HOSTILE)) {
        // said of all that is in there, it is somebody's word
        if (setting === "default_transaction_read_only") continue;
        await sql.unsafe(`ALTER DATABASE odd SET ${setting} = '${value}'`).catch(() => undefined);
      }
      const storage = await openPatient({ url: server.url.replace(/postgres$/, "odd"), schema: server.schema() });
      try {
        assert.deepEqual(await told(storage), expected);
      } finally {
        await storage.close();
      }
    });

    test("a database that was set to read-only is not written to", async () => {
      await sql.unsafe("CREATE DATABASE frozen");
      const url = server.url.replace(/postgres$/, "frozen");
      const schema = server.schema();
      await (await openPatient({ url, schema })).close();
      await sql.unsafe("ALTER DATABASE frozen SET default_transaction_read_only = on");
      await assert.rejects(
        openPatient({ url, schema }).then(keepOne),
        /takes no writes.*default_transaction_read_only/,
      );
    });
  });
}

async function keepOne(storage: Storage): Promise<void> {
  await storage.accept({ callbacks: [callbackOf("a")], quarantine: [] }).finally(() => storage.close());
}

/** Callbacks, events, routes, deliveries of every fate, a trace, replays: all that the store says of them, without times and numbers. */
async function told(storage: Storage): Promise<unknown> {
  await register(storage, "crm", { writes: "state" });
  const quarantined = entryOf("odd", { body: BODY, size: BODY.length, fault: 'a "fault" \\ ✗' });
  await storage.accept({ callbacks: [callbackOf("", { body: BODY })], quarantine: [quarantined] });
  const [raw] = await storage.unread(1);
  await storage.expand([{ callback: raw?.seq ?? 0, events: [], quarantine: [entryOf("late", { body: BODY })] }]);
  await queue(storage, { user: 'the "first" \\ ✗' }, { user: "second" }, { user: "third" }, { user: "fourth" });
  const claim = await take(storage, 4);
  const fates = [delivered, dead, later(0), dead] as const;
  await storage.settle({
    connector: "crm",
    token: claim.token,
    settlements: claim.deliveries.map((delivery, n) => (fates[n] ?? delivered)(delivery)),
  });
  await storage.journaled(await storage.unjournaled(10));
  const { changed } = await storage.replay({ user: "fourth" }, act());
  await settle(storage, await take(storage), delivered);
  await storage.count({ callbacks_stored: 4 });
  await storage.reserve("budget", { requests: 10, perMs: 1 });
  await storage.prune({ retentionMs: 3_600_000, rawRetentionMs: 3_600_000, quarantineBytes: 1 });
  const { unread, counters } = await storage.status();
  return {
    raw: raw && [...raw.body],
    quarantined: (await storage.quarantineEntry("odd"))?.body ?? "dropped",
    stories: await Promise.all(['the "first" \\ ✗', "second", "third", "fourth"].map((user) => storyOf(storage, user))),
    ledger: (await storage.deliveries({}, { limit: 10 })).map(withoutTimes),
    ...{ changed, unread, counters },
  };
}

async function storyOf(storage: Storage, user: string) {
  return (await storage.trace(user)).map(({ event, deliveries }) => [
    event.id,
    event.user,
    deliveries.map(withoutTimes),
  ]);
}

function withoutTimes({ id, state, reason, note, attempts, generation, history }: LedgerEntry) {
  return { id, state, reason, note, attempts, generation, history: history.map(({ reason }) => reason) };
}

function hash(text: string): number {
  let sum = 7;
  for (const unit of text) sum = (sum * 31 + unit.charCodeAt(0)) | 0;
  return sum;
}
