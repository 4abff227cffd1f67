/**
 * What releases after 0.1.0 added to the tables of schema.ts: each made where it is missing, none ever changed.
 *
 * 0.1.0 refuses a store whose `user_version` is above 1, and there would be no way back. So the version stays, and additions
 * are only what it can live with: new tables, and columns that are nullable or have a default (none in `counters`, which it
 * writes without naming columns). Neither a column nor an index is added
 * to a large table: SQLite reads all of it for an index, and all of a STRICT one for a column.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Addition, missingAdditions, tablesOf } from "../rules/additions.ts";
import { ENTRY_BYTES } from "../rules/quarantine-bounds.ts";
import { inTransaction } from "./in-transaction.ts";

const ADDITIONS: readonly Addition[] = [
  {
    // which releases have been at this store, and which can still work on it
    table: "releases",
    sql: `CREATE TABLE releases (
      id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, compatible_from INTEGER NOT NULL
    ) STRICT`,
  },
  {
    // up to when events have been pruned, by the time when they were received
    table: "pruned",
    sql: "CREATE TABLE pruned (id INTEGER PRIMARY KEY CHECK (id = 1), received_before INTEGER NOT NULL) STRICT",
  },
  {
    // which store this is, wherever its file is moved to
    table: "identity",
    sql: `
      CREATE TABLE identity (id INTEGER PRIMARY KEY CHECK (id = 1), store TEXT NOT NULL) STRICT;
      INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));
    `,
  },
  // the fingerprint of the settings under which something was last delivered
  { table: "connectors", column: "taken_with", sql: "ALTER TABLE connectors ADD COLUMN taken_with TEXT" },
  // a part of the state that older releases do not know: they write the document whole
  { table: "connectors", column: "put_off", sql: "ALTER TABLE connectors ADD COLUMN put_off TEXT" },
  // deliveries that its destination took, saying that it holds something else; JSON
  { table: "connectors", column: "differing", sql: "ALTER TABLE connectors ADD COLUMN differing TEXT" },
  {
    // which bridges serve the store, by their signs of life
    table: "bridges",
    sql: `CREATE TABLE bridges (
      id TEXT PRIMARY KEY, host TEXT NOT NULL, process INTEGER NOT NULL, version TEXT NOT NULL, configuration TEXT NOT NULL,
      since INTEGER NOT NULL, seen_at INTEGER NOT NULL, ended_at INTEGER
    ) STRICT`,
  },
  { table: "quarantine", column: "request_time", sql: "ALTER TABLE quarantine ADD COLUMN request_time INTEGER" },
  { table: "quarantine", column: "behind", sql: "ALTER TABLE quarantine ADD COLUMN behind INTEGER" },
  { table: "quarantine", column: "standing", sql: "ALTER TABLE quarantine ADD COLUMN standing TEXT" },
  {
    // by trigger, since 0.1.0 writes to the quarantine as well; the index is partial: of an older store it holds nothing
    table: "quarantine_sums",
    sql: `
      CREATE INDEX quarantine_stale ON quarantine (app, request_time) WHERE request_time IS NOT NULL;
      CREATE TABLE quarantine_sums (
        standing TEXT NOT NULL, app TEXT NOT NULL, entries INTEGER NOT NULL, bytes INTEGER NOT NULL,
        PRIMARY KEY (standing, app)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE quarantine_times (
        standing TEXT NOT NULL, request_time INTEGER NOT NULL, app TEXT NOT NULL,
        entries INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (standing, request_time, app)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO quarantine_sums
        SELECT 'fresh', app, count(*), sum(length(body) + ${ENTRY_BYTES}) FROM quarantine GROUP BY app;
      CREATE TRIGGER quarantine_added AFTER INSERT ON quarantine BEGIN
        INSERT INTO quarantine_sums VALUES
          (coalesce(NEW.standing, 'fresh'), NEW.app, 1, length(NEW.body) + ${ENTRY_BYTES})
          ON CONFLICT DO UPDATE SET entries = entries + 1, bytes = bytes + excluded.bytes;
        INSERT INTO quarantine_times
          SELECT NEW.standing, NEW.request_time, NEW.app, 1, length(NEW.body) WHERE NEW.request_time IS NOT NULL
          ON CONFLICT DO UPDATE SET entries = entries + 1, bytes = bytes + excluded.bytes;
      END;
      CREATE TRIGGER quarantine_removed AFTER DELETE ON quarantine BEGIN
        UPDATE quarantine_sums SET entries = entries - 1, bytes = bytes - length(OLD.body) - ${ENTRY_BYTES}
          WHERE standing = coalesce(OLD.standing, 'fresh') AND app = OLD.app;
        UPDATE quarantine_times SET entries = entries - 1, bytes = bytes - length(OLD.body)
          WHERE standing = OLD.standing AND request_time = OLD.request_time AND app = OLD.app;
        DELETE FROM quarantine_times
          WHERE standing = OLD.standing AND request_time = OLD.request_time AND app = OLD.app AND entries <= 0;
      END;
    `,
  },
  {
    // the newest RequestTime that each app has ever shown, milliseconds since 1970
    table: "newest",
    sql: "CREATE TABLE newest (app TEXT PRIMARY KEY, request_time INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  },
  {
    // hosts whose clock every sender disagrees with
    table: "clocks_off",
    sql: `CREATE TABLE clocks_off (
      host TEXT PRIMARY KEY, off_ms INTEGER NOT NULL, since INTEGER NOT NULL, at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // who did what, and who looked up whom
    table: "audit",
    sql: `
      CREATE TABLE audit (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, act TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, until INTEGER NOT NULL,
        actor TEXT NOT NULL, front TEXT NOT NULL, proven INTEGER NOT NULL, operation TEXT NOT NULL, person TEXT,
        filter TEXT NOT NULL, count INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX audit_by_age ON audit (at);
      CREATE INDEX audit_of_person ON audit (person, seq) WHERE person IS NOT NULL;
      CREATE INDEX audit_of_actor ON audit (actor, seq);
      CREATE INDEX audit_of_operation ON audit (operation, seq);
    `,
  },
  {
    // repairs of many; `place`: where freezing goes on, null when all is frozen
    table: "plans",
    sql: `
      CREATE TABLE plans (
        id TEXT PRIMARY KEY, repair TEXT NOT NULL, filter TEXT NOT NULL, actor TEXT NOT NULL, front TEXT NOT NULL,
        proven INTEGER NOT NULL, at INTEGER NOT NULL, ends_at INTEGER NOT NULL, upto INTEGER NOT NULL, place TEXT,
        deliveries INTEGER NOT NULL DEFAULT 0, meant TEXT NOT NULL DEFAULT '[]', begun_at INTEGER,
        done INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0, left_alone TEXT NOT NULL DEFAULT '[]'
      ) STRICT;
      CREATE INDEX plans_by_age ON plans (at, id);
      CREATE INDEX plans_by_end ON plans (ends_at);
    `,
  },
  {
    // what is in them, in the order in which it is worked off
    table: "plan_items",
    sql: `CREATE TABLE plan_items (
      plan TEXT NOT NULL, item INTEGER NOT NULL, id TEXT NOT NULL, connector INTEGER NOT NULL, event INTEGER NOT NULL,
      state TEXT NOT NULL, generation INTEGER NOT NULL, PRIMARY KEY (plan, item)
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // of a healed event: when it was found, and since when it may have happened; JSON
    table: "healed_facts",
    sql: "CREATE TABLE healed_facts (event INTEGER PRIMARY KEY, facts TEXT NOT NULL) STRICT",
  },
  {
    // whose rosters are kept (null: none are), who wanted it when, up to which event they follow, and whether there are healed ones
    table: "reconciling",
    sql: `CREATE TABLE reconciling (
      id INTEGER PRIMARY KEY CHECK (id = 1), scopes TEXT, unwanted_since INTEGER,
      followed INTEGER NOT NULL DEFAULT 0, healed INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
  },
  {
    // who is subscribed; `seen_at` is null for whom the account's latest pass has seen
    table: "roster",
    sql: `CREATE TABLE roster (
      app TEXT NOT NULL, account TEXT NOT NULL, user_id TEXT NOT NULL, subscribe_time INTEGER NOT NULL, seen_at INTEGER,
      PRIMARY KEY (app, account, user_id)
    ) STRICT, WITHOUT ROWID`,
  },
  {
    table: "roster_accounts",
    sql: `CREATE TABLE roster_accounts (
      app TEXT NOT NULL, account TEXT NOT NULL, known_since INTEGER NOT NULL, baseline_at INTEGER, read_at INTEGER,
      people INTEGER NOT NULL DEFAULT 0, no_account_since INTEGER, no_account_at INTEGER, told_at INTEGER,
      unheard INTEGER NOT NULL DEFAULT 0, unwanted_since INTEGER, PRIMARY KEY (app, account)
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // comparisons of a roster with Chat's list, and their pages; who is on them is in a file of its own
    table: "passes",
    sql: `
      CREATE TABLE passes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, app TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, why TEXT, holder TEXT NOT NULL, lease_until INTEGER NOT NULL, begun_at INTEGER NOT NULL,
        ended_at INTEGER, chat_time INTEGER NOT NULL, baseline INTEGER NOT NULL, subscribers INTEGER NOT NULL,
        pages INTEGER NOT NULL DEFAULT 0, people INTEGER NOT NULL DEFAULT 0, next TEXT NOT NULL DEFAULT '',
        looked INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,
        healed INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE UNIQUE INDEX passes_open ON passes (app, account) WHERE ended_at IS NULL;
      CREATE INDEX passes_of_account ON passes (app, account, seq);
      CREATE TABLE pass_pages (
        pass TEXT NOT NULL, page INTEGER NOT NULL, next TEXT NOT NULL, people INTEGER NOT NULL, noted_at INTEGER NOT NULL,
        PRIMARY KEY (pass, page)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pass_pages_next ON pass_pages (pass, next);
    `,
  },
  {
    // who seems to be missing, and what a person must decide on
    table: "missing",
    sql: `CREATE TABLE missing (
      app TEXT NOT NULL, account TEXT NOT NULL, user_id TEXT NOT NULL, state TEXT NOT NULL, subscribe_time INTEGER NOT NULL,
      seen_at INTEGER NOT NULL, back INTEGER, found_at INTEGER NOT NULL, pass TEXT NOT NULL, why TEXT, entry TEXT,
      PRIMARY KEY (app, account, user_id)
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // healed events, and the genuine callback that came after all
    table: "healed",
    sql: `
      CREATE TABLE healed (
        event INTEGER PRIMARY KEY, id TEXT NOT NULL, app TEXT NOT NULL, account TEXT NOT NULL, user_id TEXT NOT NULL,
        subscribe_time INTEGER NOT NULL, happened_from INTEGER NOT NULL, event_time INTEGER NOT NULL, skew_ms INTEGER NOT NULL,
        discovered_at INTEGER NOT NULL, reason TEXT NOT NULL, callback INTEGER, callback_id TEXT
      ) STRICT;
      CREATE INDEX healed_of_person ON healed (user_id, app, account);
      CREATE INDEX healed_of_account ON healed (app, account, discovered_at);
      CREATE INDEX healed_by_callback ON healed (callback) WHERE callback IS NOT NULL;
    `,
  },
  {
    // how many were told by callbacks, and how many were found
    table: "coverage",
    sql: `CREATE TABLE coverage (
      app TEXT NOT NULL, account TEXT NOT NULL, month TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0,
      found INTEGER NOT NULL DEFAULT 0, longest_ms INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (app, account, month)
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // callbacks about official accounts themselves, which are no events
    table: "notices",
    sql: `
      CREATE TABLE notices (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, command TEXT NOT NULL, platform TEXT NOT NULL,
        client_ip TEXT NOT NULL, received_at INTEGER NOT NULL, stored_at INTEGER NOT NULL, body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX notices_by_time ON notices (stored_at);
    `,
  },
  {
    // entries of the quarantine with another body than the one that came: that one, who did it, and what was made of it. By the
    // entry's number, since the same id may come again
    table: "edited",
    sql: `
      CREATE TABLE edited (
        seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, actor TEXT NOT NULL, front TEXT NOT NULL, proven INTEGER NOT NULL,
        at INTEGER NOT NULL, original BLOB NOT NULL, size INTEGER NOT NULL, callback INTEGER
      ) STRICT;
      CREATE INDEX edited_by_callback ON edited (callback) WHERE callback IS NOT NULL;
      CREATE INDEX edited_by_age ON edited (at);
    `,
  },
  {
    // what people were told of, and how far it had come; JSON
    table: "alarms",
    sql: "CREATE TABLE alarms (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID",
  },
  {
    // what was decided to tell them, and nobody is known to have been told
    table: "alarm_notices",
    sql: `CREATE TABLE alarm_notices (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, notice TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL
    ) STRICT`,
  },
  {
    // of which nothing is told for a while
    table: "alarm_silences",
    sql: `CREATE TABLE alarm_silences (
      name TEXT PRIMARY KEY, until INTEGER NOT NULL, why TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
  {
    // whose pass somebody wants at once, and who
    table: "pass_wishes",
    sql: `CREATE TABLE pass_wishes (
      app TEXT NOT NULL, account TEXT NOT NULL, wished_at INTEGER NOT NULL, act TEXT NOT NULL, PRIMARY KEY (app, account)
    ) STRICT, WITHOUT ROWID`,
  },
  // up to which event an account is followed that is not followed with all others (null): it was not wanted for a while
  {
    table: "roster_accounts",
    column: "followed_to",
    sql: "ALTER TABLE roster_accounts ADD COLUMN followed_to INTEGER",
  },
  // how far the events of before have been followed for accounts that are wanted since; null: they have
  { table: "reconciling", column: "late_from", sql: "ALTER TABLE reconciling ADD COLUMN late_from INTEGER" },
  {
    // what machines have counted in a span of time, by its length in minutes; empty `connector`: what comes in. `counts`: JSON
    table: "samples",
    sql: `CREATE TABLE samples (
      minutes INTEGER NOT NULL, at INTEGER NOT NULL, machine TEXT NOT NULL, connector TEXT NOT NULL, counts TEXT NOT NULL,
      PRIMARY KEY (minutes, at, machine, connector)
    ) STRICT, WITHOUT ROWID`,
  },
];

/** Makes what is missing, in one transaction. */
export function addMissing(db: DatabaseSync): void {
  if (missingIn(db).length === 0) return;
  inTransaction(db, () => {
    // asked again: another process may have been faster
    for (const { sql } of missingIn(db)) db.exec(sql);
  });
}

function missingIn(db: DatabaseSync): readonly Addition[] {
  const columns = db.prepare(
    `SELECT t.value AS "table", c.name AS "column" FROM json_each(?) t CROSS JOIN pragma_table_info(t.value) c`,
  );
  const found = columns.all(JSON.stringify(tablesOf(ADDITIONS)));
  return missingAdditions(
    ADDITIONS,
    found.map(({ table, column }) => ({ table: String(table), column: String(column) })),
  );
}
