/**
 * What releases after 0.1.0 added to the tables of schema.ts: each made where it is missing, none ever changed. Only what
 * 0.1.0 can live with, since it runs beside this release while machines are updated one by one: new tables, and columns that
 * are nullable or have a default.
 */
import { type Addition, missingAdditions, tablesOf } from "../rules/additions.ts";
import { ENTRY_BYTES } from "../rules/quarantine-bounds.ts";
import type { Transaction } from "./context.ts";

export const ADDITIONS: readonly Addition[] = [
  {
    // up to when events have been pruned, by the time when they were received
    table: "pruned",
    sql: "CREATE TABLE pruned (id int PRIMARY KEY CHECK (id = 1), received_before bigint NOT NULL)",
  },
  // the fingerprint of the settings under which something was last delivered
  { table: "connectors", column: "taken_with", sql: "ALTER TABLE connectors ADD COLUMN taken_with text" },
  // a part of the state that older releases do not know: they write the document whole
  { table: "connectors", column: "put_off", sql: "ALTER TABLE connectors ADD COLUMN put_off text" },
  // deliveries that its destination took, saying that it holds something else; JSON
  { table: "connectors", column: "differing", sql: "ALTER TABLE connectors ADD COLUMN differing text" },
  {
    // which bridges serve the store, by their signs of life
    table: "bridges",
    sql: `CREATE TABLE bridges (
      id text PRIMARY KEY, host text NOT NULL, process bigint NOT NULL, version text NOT NULL, configuration text NOT NULL,
      since bigint NOT NULL, seen_at bigint NOT NULL, ended_at bigint
    )`,
  },
  { table: "quarantine", column: "request_time", sql: "ALTER TABLE quarantine ADD COLUMN request_time bigint" },
  { table: "quarantine", column: "behind", sql: "ALTER TABLE quarantine ADD COLUMN behind bigint" },
  { table: "quarantine", column: "standing", sql: "ALTER TABLE quarantine ADD COLUMN standing text" },
  {
    // by trigger, since machines of 0.1.0 write to the quarantine as well; the index is partial: of an older store it holds nothing
    table: "quarantine_sums",
    sql: `
      CREATE INDEX quarantine_stale ON quarantine (app, request_time) WHERE request_time IS NOT NULL;
      CREATE TABLE quarantine_sums (
        standing text NOT NULL, app text NOT NULL, entries bigint NOT NULL, bytes bigint NOT NULL,
        PRIMARY KEY (standing, app)
      ) WITH (fillfactor = 50);
      CREATE TABLE quarantine_times (
        standing text NOT NULL, request_time bigint NOT NULL, app text NOT NULL,
        entries bigint NOT NULL, bytes bigint NOT NULL, PRIMARY KEY (standing, request_time, app)
      ) WITH (fillfactor = 50);
      CREATE FUNCTION count_quarantine() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE sign int := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
        BEGIN
          -- in the order of their names: so no two machines wait for each other
          INSERT INTO quarantine_sums AS s
            SELECT kind, of_app, sign * count(*), sign * sum(octet_length(body) + ${ENTRY_BYTES})
            FROM changed CROSS JOIN LATERAL (VALUES ('all', ''), (coalesce(standing, 'fresh'), app)) AS k (kind, of_app)
            GROUP BY kind, of_app ORDER BY kind, of_app
            ON CONFLICT (standing, app) DO UPDATE SET entries = s.entries + excluded.entries, bytes = s.bytes + excluded.bytes;
          INSERT INTO quarantine_times AS t
            SELECT standing, request_time, app, sign * count(*), sign * sum(octet_length(body))
            FROM changed WHERE request_time IS NOT NULL
            GROUP BY standing, request_time, app ORDER BY standing, request_time, app
            ON CONFLICT (standing, request_time, app)
              DO UPDATE SET entries = t.entries + excluded.entries, bytes = t.bytes + excluded.bytes;
          IF sign < 0 THEN
            DELETE FROM quarantine_times t USING changed c
              WHERE t.standing = c.standing AND t.request_time = c.request_time AND t.app = c.app AND t.entries <= 0;
          END IF;
          RETURN NULL;
        END $$;
      INSERT INTO quarantine_sums
        SELECT 'all', '', count(*), coalesce(sum(octet_length(body) + ${ENTRY_BYTES}), 0) FROM quarantine;
      INSERT INTO quarantine_sums
        SELECT 'fresh', app, count(*), sum(octet_length(body) + ${ENTRY_BYTES}) FROM quarantine GROUP BY app;
      CREATE TRIGGER quarantine_added AFTER INSERT ON quarantine
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine();
      CREATE TRIGGER quarantine_removed AFTER DELETE ON quarantine
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine();
      -- also for a role whose session_replication_role says that triggers are none of its business
      ALTER TABLE quarantine ENABLE ALWAYS TRIGGER quarantine_added, ENABLE ALWAYS TRIGGER quarantine_removed;
    `,
  },
  // the newest RequestTime that each app has ever shown, milliseconds since 1970
  {
    table: "newest",
    sql: "CREATE TABLE newest (app text PRIMARY KEY, request_time bigint NOT NULL) WITH (fillfactor = 50)",
  },
  {
    // machines whose clock every sender disagrees with
    table: "clocks_off",
    sql: "CREATE TABLE clocks_off (host text PRIMARY KEY, off_ms bigint NOT NULL, since bigint NOT NULL, at bigint NOT NULL)",
  },
  {
    // who did what, and who looked up whom
    table: "audit",
    sql: `
      CREATE TABLE audit (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, act text NOT NULL UNIQUE, at bigint NOT NULL, until bigint NOT NULL,
        actor text NOT NULL, front text NOT NULL, proven boolean NOT NULL, operation text NOT NULL, person text,
        filter text NOT NULL, count bigint NOT NULL
      );
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
        id text PRIMARY KEY, repair text NOT NULL, filter text NOT NULL, actor text NOT NULL, front text NOT NULL,
        proven boolean NOT NULL, at bigint NOT NULL, ends_at bigint NOT NULL, upto bigint NOT NULL, place text,
        deliveries bigint NOT NULL DEFAULT 0, meant text NOT NULL DEFAULT '[]', begun_at bigint,
        done bigint NOT NULL DEFAULT 0, changed bigint NOT NULL DEFAULT 0, left_alone text NOT NULL DEFAULT '[]'
      );
      CREATE INDEX plans_by_age ON plans (at, id);
      CREATE INDEX plans_by_end ON plans (ends_at);
    `,
  },
  {
    // what is in them, in the order in which it is worked off
    table: "plan_items",
    sql: `CREATE TABLE plan_items (
      plan text NOT NULL, item bigint NOT NULL, id text NOT NULL, connector int NOT NULL, event bigint NOT NULL,
      state text NOT NULL, generation int NOT NULL, PRIMARY KEY (plan, item)
    )`,
  },
  {
    // of a healed event: when it was found, and since when it may have happened; JSON
    table: "healed_facts",
    sql: "CREATE TABLE healed_facts (event bigint PRIMARY KEY, facts text NOT NULL)",
  },
  {
    // whose rosters are kept (null: none are), who wanted it when, up to which event they follow, and whether there are healed ones
    table: "reconciling",
    sql: `CREATE TABLE reconciling (
      id int PRIMARY KEY CHECK (id = 1), scopes text, unwanted_since bigint, followed bigint NOT NULL DEFAULT 0,
      healed int NOT NULL DEFAULT 0
    )`,
  },
  {
    // who is subscribed; `seen_at` is null for whom the account's latest pass has seen
    table: "roster",
    sql: `CREATE TABLE roster (
      app text NOT NULL, account text NOT NULL, user_id text NOT NULL, subscribe_time bigint NOT NULL, seen_at bigint,
      PRIMARY KEY (app, account, user_id)
    )`,
  },
  {
    table: "roster_accounts",
    sql: `CREATE TABLE roster_accounts (
      app text NOT NULL, account text NOT NULL, known_since bigint NOT NULL, baseline_at bigint, read_at bigint,
      people bigint NOT NULL DEFAULT 0, no_account_since bigint, no_account_at bigint, told_at bigint,
      unheard bigint NOT NULL DEFAULT 0, unwanted_since bigint, PRIMARY KEY (app, account)
    )`,
  },
  {
    // comparisons of a roster with Chat's list, and their pages. Who is on them need not outlive a crash: it is read again
    table: "passes",
    sql: `
      CREATE TABLE passes (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, app text NOT NULL, account text NOT NULL,
        kind text NOT NULL, state text NOT NULL, why text, holder text NOT NULL, lease_until bigint NOT NULL, begun_at bigint NOT NULL,
        ended_at bigint, chat_time bigint NOT NULL, baseline boolean NOT NULL, subscribers bigint NOT NULL,
        pages bigint NOT NULL DEFAULT 0, people bigint NOT NULL DEFAULT 0, next text NOT NULL DEFAULT '',
        looked bigint NOT NULL DEFAULT 0, missing bigint NOT NULL DEFAULT 0, held bigint NOT NULL DEFAULT 0,
        healed bigint NOT NULL DEFAULT 0, added bigint NOT NULL DEFAULT 0
      );
      CREATE UNIQUE INDEX passes_open ON passes (app, account) WHERE ended_at IS NULL;
      CREATE INDEX passes_of_account ON passes (app, account, seq);
      CREATE TABLE pass_pages (
        pass text NOT NULL, page bigint NOT NULL, next text NOT NULL, people bigint NOT NULL, noted_at bigint NOT NULL,
        PRIMARY KEY (pass, page)
      );
      CREATE INDEX pass_pages_next ON pass_pages (pass, next);
      CREATE UNLOGGED TABLE pass_people (
        pass text NOT NULL, user_id text NOT NULL, subscribe_time bigint NOT NULL, page bigint NOT NULL, PRIMARY KEY (pass, user_id)
      );
      CREATE INDEX pass_people_page ON pass_people (pass, page);
      CREATE UNLOGGED TABLE pass_named (
        pass text NOT NULL, user_id text NOT NULL, entry text NOT NULL, event_time bigint NOT NULL, PRIMARY KEY (pass, user_id)
      );
    `,
  },
  {
    // who seems to be missing, and what a person must decide on
    table: "missing",
    sql: `CREATE TABLE missing (
      app text NOT NULL, account text NOT NULL, user_id text NOT NULL, state text NOT NULL, subscribe_time bigint NOT NULL,
      seen_at bigint NOT NULL, back bigint, found_at bigint NOT NULL, pass text NOT NULL, why text, entry text,
      PRIMARY KEY (app, account, user_id)
    )`,
  },
  {
    // healed events, and the genuine callback that came after all
    table: "healed",
    sql: `
      CREATE TABLE healed (
        event bigint PRIMARY KEY, id text NOT NULL, app text NOT NULL, account text NOT NULL, user_id text NOT NULL,
        subscribe_time bigint NOT NULL, happened_from bigint NOT NULL, event_time bigint NOT NULL, skew_ms bigint NOT NULL,
        discovered_at bigint NOT NULL, reason text NOT NULL, callback bigint, callback_id text
      );
      CREATE INDEX healed_of_person ON healed (user_id, app, account);
      CREATE INDEX healed_of_account ON healed (app, account, discovered_at);
      CREATE INDEX healed_by_callback ON healed (callback) WHERE callback IS NOT NULL;
    `,
  },
  {
    // how many were told by callbacks, and how many were found
    table: "coverage",
    sql: `CREATE TABLE coverage (
      app text NOT NULL, account text NOT NULL, month text NOT NULL, told bigint NOT NULL DEFAULT 0,
      found bigint NOT NULL DEFAULT 0, longest_ms bigint NOT NULL DEFAULT 0, PRIMARY KEY (app, account, month)
    )`,
  },
  {
    // callbacks about official accounts themselves, which are no events
    table: "notices",
    sql: `
      CREATE TABLE notices (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, app text NOT NULL, command text NOT NULL, platform text NOT NULL,
        client_ip text NOT NULL, received_at bigint NOT NULL, stored_at bigint NOT NULL, body bytea NOT NULL
      );
      CREATE INDEX notices_by_time ON notices (stored_at);
    `,
  },
  {
    // entries of the quarantine with another body than the one that came: that one, who did it, and what was made of it. By the
    // entry's number, since the same id may come again
    table: "edited",
    sql: `
      CREATE TABLE edited (
        seq bigint PRIMARY KEY, entry text NOT NULL, actor text NOT NULL, front text NOT NULL, proven boolean NOT NULL,
        at bigint NOT NULL, original bytea NOT NULL, size bigint NOT NULL, callback bigint
      );
      CREATE INDEX edited_by_callback ON edited (callback) WHERE callback IS NOT NULL;
      CREATE INDEX edited_by_age ON edited (at);
    `,
  },
  {
    // what people were told of, and how far it had come; JSON
    table: "alarms",
    sql: "CREATE TABLE alarms (key text PRIMARY KEY, state text NOT NULL)",
  },
  {
    // what was decided to tell them, and nobody is known to have been told
    table: "alarm_notices",
    sql: `CREATE TABLE alarm_notices (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, notice text NOT NULL,
      tries int NOT NULL DEFAULT 0, due_at bigint NOT NULL
    )`,
  },
  {
    // of which nothing is told for a while
    table: "alarm_silences",
    sql: `CREATE TABLE alarm_silences (
      name text PRIMARY KEY, until bigint NOT NULL, why text NOT NULL, actor text NOT NULL, at bigint NOT NULL
    )`,
  },
  {
    // which machine tells, and until when without another word
    table: "alarm_teller",
    sql: "CREATE TABLE alarm_teller (id int PRIMARY KEY CHECK (id = 1), holder text NOT NULL, lease_until bigint NOT NULL)",
  },
  {
    // whose pass somebody wants at once, and who
    table: "pass_wishes",
    sql: `CREATE TABLE pass_wishes (
      app text NOT NULL, account text NOT NULL, wished_at bigint NOT NULL, act text NOT NULL, PRIMARY KEY (app, account)
    )`,
  },
  // up to which event an account is followed that is not followed with all others (null): it was not wanted for a while
  { table: "roster_accounts", column: "followed_to", sql: "ALTER TABLE roster_accounts ADD COLUMN followed_to bigint" },
  // how far the events of before have been followed for accounts that are wanted since; null: they have
  { table: "reconciling", column: "late_from", sql: "ALTER TABLE reconciling ADD COLUMN late_from bigint" },
  {
    // what machines have counted in a span of time, by its length in minutes; empty `connector`: what comes in. `counts`: JSON
    table: "samples",
    sql: `CREATE TABLE samples (
      minutes int NOT NULL, at bigint NOT NULL, machine text NOT NULL, connector text NOT NULL, counts text NOT NULL,
      PRIMARY KEY (minutes, at, machine, connector)
    )`,
  },
];

/** Makes what is missing. Asked first: `IF NOT EXISTS` would lock the table of a running bridge, and needs rights that it may not have. */
export async function addMissing({ rows, run }: Transaction): Promise<void> {
  const found = await rows(
    `SELECT t.name AS table, a.attname AS column FROM unnest($1::text[]) AS t (name)
     JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attnum > 0 AND NOT a.attisdropped`,
    tablesOf(ADDITIONS),
  );
  const columns = found.map(({ table, column }) => ({ table: String(table), column: String(column) }));
  for (const { sql } of missingAdditions(ADDITIONS, columns)) await run(sql);
}
