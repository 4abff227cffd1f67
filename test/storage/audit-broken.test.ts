/** Whatever somebody does to a store is in the audit, or it did not happen: tried with an audit that takes no row, for every operation there is. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Act, RepairOperation } from "../../src/storage/contract/audit.ts";
import type { Pass } from "../../src/storage/contract/passes.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { ACTOR, act } from "../support/act.ts";
import { postgresServer } from "./postgres-support.ts";
import { baseline, findMissing, heal, OF } from "./roster-support.ts";
import { callbackOf, dead, entryOf, HOUR, later, queueUsers, register, settle, take, users } from "./suite-support.ts";

const withMachines = postgresServer();

/** What is done under one name; several where more than one method does it. `restore` is done to no store that is open. */
type Doing = (storage: Storage, by: Act, pass: Pass) => Promise<unknown>;
const DOINGS: Readonly<Record<Exclude<RepairOperation, "restore">, readonly Doing[]>> = {
  replay: [
    (storage, by) => storage.replay({ user: "user-0" }, by),
    (storage, by) => storage.workOffPlan("to replay", by),
  ],
  discard: [
    (storage, by) => storage.discard({ user: "user-1" }, by),
    (storage, by) => storage.workOffPlan("to discard", by),
  ],
  retry: [(storage, by) => storage.retryNow("crm", by)],
  pause: [(storage, by) => storage.pause("crm", by, "the portal moves")],
  resume: [(storage, by) => storage.resume("partner", by)],
  quarantine_replay: [
    (storage, by) => storage.takeIn([{ callback: callbackOf("late"), quarantine: [], served: ["taken"] }], by),
  ],
  quarantine_edit: [
    (storage, by) =>
      storage.editQuarantined({ id: "odd", before: entryOf("odd").body, body: new TextEncoder().encode("{}") }, by),
  ],
  callbacks_reread: [
    async (storage, by) => {
      const [traced] = await storage.trace("user-4");
      await storage.correct([{ seq: traced?.event.seq ?? 0, operator: "", byAdmin: false, again: [] }], by);
    },
  ],
  reconcile_discard: [(storage, by) => storage.discardMissing({ ...OF, states: ["found"] }, by, null)],
  reconcile_release: [
    (storage, by) => storage.noteAct(by),
    (storage, by, pass) => heal(storage, pass, "healed-1", { act: by }),
  ],
  alerts_silence: [(storage, by) => storage.silenceAlarm({ name: "paused_after", forMs: HOUR, why: "known" }, by)],
  reconcile_run: [
    (storage, by) => storage.wishPasses([OF], by),
    (storage, by, pass) => heal(storage, pass, "healed-2", { act: by }),
  ],
  reconcile_dry_run: [(storage, by) => storage.noteAct(by)],
};

/** Something for each to be done to. */
async function fill(storage: Storage): Promise<Pass> {
  await register(storage);
  await queueUsers(storage, ...users("user", 5));
  await settle(storage, await take(storage, 4), dead);
  await settle(storage, await take(storage), later(HOUR));
  await register(storage, "partner");
  await storage.pause("partner", act());
  await storage.accept({ callbacks: [], quarantine: [entryOf("odd"), entryOf("taken")] });
  for (const [repair, user] of [
    ["replay", "user-2"],
    ["discard", "user-3"],
  ] as const) {
    await storage.beginPlan({ id: `to ${repair}`, repair, filter: { user }, actor: ACTOR });
    while (!(await storage.freezePlan(`to ${repair}`))?.frozen) {
      // on
    }
  }
  await baseline(storage, "there", "missing-1", "missing-2", "healed-1", "healed-2");
  const { pass } = await findMissing(storage, ["there"]);
  return pass;
}

interface Behind {
  run(statement: string): Promise<unknown>;
  /** Every row of every table, as text. */
  dump(): Promise<Readonly<Record<string, string>>>;
  readonly breaks: string;
  readonly mends: string;
}

/** When a pass was last heard of says nothing of what was done. */
const WITHOUT_LEASE = /"lease_until":"?\d+"?/g;
const textOf = (rows: readonly unknown[]): string =>
  JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value)).replace(WITHOUT_LEASE, "");

async function prove(storage: Storage, { run, dump, breaks, mends }: Behind): Promise<void> {
  const pass = await fill(storage);
  await run(breaks);
  const before = await dump();
  for (const [operation, doings] of Object.entries(DOINGS)) {
    for (const [index, doing] of doings.entries()) {
      const by = act({ operation: operation as RepairOperation });
      await assert.rejects(doing(storage, by, pass), /the audit is broken/, `${operation} ${index}`);
      assert.deepEqual(await dump(), before, `${operation} ${index} has left something`);
    }
  }
  await run(mends);
  // else it was not the audit that kept them
  for (const [operation, doings] of Object.entries(DOINGS)) {
    for (const [index, doing] of doings.entries()) {
      const by = act({ operation: operation as RepairOperation });
      await doing(storage, by, pass);
      const [row] = await storage.audited({ operation }, { limit: 1 });
      assert.ok(row !== undefined && row.at <= row.until, `${operation} ${index} has no row`);
    }
  }
}

describe("whatever somebody does is in the audit, or it did not happen", () => {
  it("on SQLite", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-audit-"));
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path });
    const with_ = <T>(use: (db: DatabaseSync) => T): T => {
      const db = new DatabaseSync(path);
      try {
        return use(db);
      } finally {
        db.close();
      }
    };
    try {
      await prove(storage, {
        run: async (statement) => with_((db) => db.exec(statement)),
        dump: async () =>
          with_((db) => {
            const tables = db
              .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence'")
              .all();
            return Object.fromEntries(
              tables.map(({ name }) => [String(name), textOf(db.prepare(`SELECT * FROM ${name}`).all())]),
            );
          }),
        breaks: "CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the audit is broken'); END",
        mends: "DROP TRIGGER refuse",
      });
    } finally {
      await storage.close();
      rmSync(folder, { recursive: true });
    }
  });

  it(
    "on PostgreSQL",
    withMachines(async (machines) => {
      const storage = await machines.open();
      await prove(storage, {
        run: machines.sql,
        async dump() {
          const tables = await machines.sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()");
          const each = tables.map(
            ({ tablename: name }) =>
              `SELECT '${name}' AS name, (SELECT jsonb_agg(to_jsonb(t) ORDER BY t::text) FROM ${name} t) AS rows`,
          );
          const found = await machines.sql(each.join(" UNION ALL "));
          return Object.fromEntries(found.map(({ name, rows }) => [String(name), textOf([rows])]));
        },
        breaks: `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''the audit is broken''; END';
          CREATE TRIGGER refuse BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse()`,
        mends: "DROP TRIGGER refuse ON audit",
      });
    }),
  );
});
