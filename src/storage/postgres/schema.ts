/** The tables of a PostgreSQL store, in numbered steps, applied once by whichever machine comes first. */
import { tooNew, withThisRelease } from "../releases.ts";
import { addMissing } from "./additions.ts";
import type { Context, Transaction } from "./context.ts";
import { ENCODING_TODO, encodingFault } from "./encoding.ts";
import { createIndexes } from "./indexes.ts";
import { raiseNumbers } from "./numbers.ts";
import { NewerSchema } from "./trouble.ts";

interface Step {
  readonly sql: string;
  /** The oldest schema version whose release still works on the store after this step: that release runs on beside it. */
  readonly compatibleFrom: number;
}

/** Step n brings a store from version n to n + 1. Released steps are never changed. */
export const STEPS: readonly Step[] = [
  {
    compatibleFrom: 1,
    sql: `
  CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE
    AS 'SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint';

  -- raw, append-only
  CREATE TABLE callbacks (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app text NOT NULL, command text NOT NULL, platform text NOT NULL, client_ip text NOT NULL,
    received_at bigint NOT NULL, stored_at bigint NOT NULL, body bytea NOT NULL
  );
  -- those that are not events yet: a list, since numbers of a sequence are not committed in their order
  CREATE TABLE unread (callback bigint PRIMARY KEY);
  -- its one row is locked by whoever numbers events: so numbers become visible in their order
  CREATE TABLE reading (id int PRIMARY KEY CHECK (id = 1));
  INSERT INTO reading VALUES (1);

  CREATE TABLE events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL, callback bigint NOT NULL,
    kind text NOT NULL, app text NOT NULL, official_account text NOT NULL, user_id text NOT NULL, operator text NOT NULL,
    by_admin boolean NOT NULL, platform text NOT NULL, client_ip text NOT NULL,
    event_time bigint NOT NULL, received_at bigint NOT NULL, stored_at bigint,
    -- a hash of app and user: two persons with one hash would only wait for each other
    person bigint NOT NULL,
    -- the order of a person's events: by event time, at one time unsubscribed behind subscribed
    turn bigint NOT NULL
  );
  -- by time first: new events are nearly always the newest, so this index grows at its end
  CREATE UNIQUE INDEX events_once ON events (event_time, id);
  CREATE INDEX events_of_person ON events (user_id, app, event_time);
  CREATE INDEX events_by_id ON events (id);

  CREATE TABLE connectors (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE, origin text NOT NULL UNIQUE, type text NOT NULL, writes text NOT NULL,
    destination text NOT NULL, fingerprint text NOT NULL, cursor bigint NOT NULL, starts_at bigint NOT NULL,
    state text NOT NULL, version bigint NOT NULL, since bigint NOT NULL, probe_at bigint,
    -- the claim that probes; it is over when nothing of that claim is left
    probe_token text,
    clock bigint NOT NULL, clock_at bigint NOT NULL,
    -- when it was last registered or routed to
    seen_at bigint NOT NULL
  ) WITH (fillfactor = 50);

  CREATE TABLE deliveries (
    event bigint NOT NULL, connector int NOT NULL, person bigint NOT NULL, turn bigint NOT NULL,
    state text NOT NULL, lane smallint NOT NULL DEFAULT 0, due_at bigint NOT NULL, parked boolean NOT NULL DEFAULT false,
    attempts int NOT NULL DEFAULT 0, generation int NOT NULL DEFAULT 1,
    class text, reason text, note text, history text[] NOT NULL DEFAULT '{}',
    routed_at bigint NOT NULL, first_attempt_at bigint, first_attempt_clock bigint, last_attempt_at bigint,
    settled_at bigint, journaled boolean NOT NULL DEFAULT false, journal_by text, journal_until bigint,
    PRIMARY KEY (event, connector)
  );
  CREATE INDEX deliveries_due ON deliveries (connector, lane, due_at, event) WHERE state = 'waiting' AND NOT parked;
  -- for probes: what was attempted longest ago
  CREATE INDEX deliveries_attempted ON deliveries (connector, last_attempt_at NULLS FIRST, event)
    WHERE state = 'waiting' AND NOT parked;
  CREATE INDEX deliveries_turn ON deliveries (connector, person, turn, event) WHERE state = 'waiting';
  CREATE INDEX deliveries_settled ON deliveries (settled_at, connector, state) WHERE state <> 'waiting';
  CREATE INDEX deliveries_dead ON deliveries (connector, person, turn) WHERE state = 'dead';
  CREATE INDEX deliveries_unjournaled ON deliveries (settled_at) WHERE state = 'dead' AND NOT journaled;

  -- who holds which delivery until when; no person is in flight twice
  CREATE TABLE claims (
    connector int NOT NULL, event bigint NOT NULL, person bigint NOT NULL, token text NOT NULL, lease_until bigint NOT NULL,
    PRIMARY KEY (connector, event), UNIQUE (connector, person)
  );

  -- rows come and go here all the time: swept before the dead ones are in the way
  ALTER TABLE unread SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  ALTER TABLE claims SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  ALTER TABLE deliveries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

  CREATE TABLE quarantine (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE,
    app text NOT NULL, command text NOT NULL, platform text NOT NULL, client_ip text NOT NULL,
    received_at bigint NOT NULL, body bytea NOT NULL, fault text NOT NULL, size bigint NOT NULL
  );
  CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL);
  -- how far the rows of another store have been moved into this one
  CREATE TABLE moved (name text PRIMARY KEY, upto text NOT NULL, rows bigint NOT NULL);
  -- when a shared rate's latest permits may be used
  CREATE TABLE permits (key text PRIMARY KEY, used_at bigint NOT NULL, grants text NOT NULL) WITH (fillfactor = 50);
    `,
  },
];

/** One lock for the schemas of all bridges on a server: migrations are rare and short. */
const LOCK = 7_361_502_948;

export interface MigrateOptions {
  /** Whether it is for rows that are moved into it. */
  readonly moves?: boolean;
  /** How long a lock is waited for that another machine, or somebody at the tables, holds; as long as a statement may take unless set. */
  readonly lockMs?: number | undefined;
}

/**
 * Brings the store to this release's schema, and says whether there was none, and what the server would have numbered anew. Rejects when a newer release has written it and
 * this one cannot work on it.
 */
export async function migrate(
  { transact, schema }: Pick<Context, "transact" | "schema">,
  { moves = false, lockMs = 0 }: MigrateOptions = {},
): Promise<{ readonly made: boolean; readonly raised: readonly string[] }> {
  return transact("leisure", async (transaction) => {
    await transaction.run(`SET LOCAL lock_timeout = ${lockMs}`);
    await transaction.one(`SELECT pg_advisory_xact_lock(${LOCK})`);
    await createSchema(transaction, schema);
    const { version, compatible_from, moving } = (await transaction.one("SELECT * FROM meta")) ?? {};
    const found = { version: Number(version), compatibleFrom: Number(compatible_from) };
    const why = tooNew(`the schema ${schema}`, found);
    if (why !== undefined) throw new NewerSchema(why);
    if (typeof moving === "string" && !moves) {
      throw new Error(
        `${moving} is being moved into the schema ${schema}; if nobody is at it, start \`migrate\` again`,
      );
    }
    if (found.version === 0) await expectEveryText(transaction);
    for (const [index, { sql, compatibleFrom }] of STEPS.entries()) {
      if (index < found.version) continue;
      await transaction.run(sql);
      await transaction.run("UPDATE meta SET version = $1, compatible_from = $2", index + 1, compatibleFrom);
    }
    await addMissing(transaction);
    if (found.version === 0) await createIndexes(transaction, schema);
    const { version: now, compatibleFrom } = withThisRelease(found);
    if (now !== found.version || compatibleFrom !== found.compatibleFrom) {
      await transaction.run("UPDATE meta SET version = $1, compatible_from = $2", now, compatibleFrom);
    }
    return { made: found.version === 0, raised: await raiseNumbers(transaction) };
  });
}

/** A store that is there goes on as well as it can; none is begun that cannot hold everything. */
async function expectEveryText({ one }: Transaction): Promise<void> {
  const fault = encodingFault((await one("SELECT current_setting('server_encoding') AS encoding"))?.encoding);
  if (fault !== undefined) throw new Error(`${fault}: ${ENCODING_TODO}`);
}

async function createSchema({ one, run }: Transaction, schema: string): Promise<void> {
  // asked first: creating needs a right that whoever runs a prepared schema may not have
  if ((await one("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema)) === undefined) {
    await run(`CREATE SCHEMA "${schema}"`);
  }
  if ((await one("SELECT to_regclass('meta') AS meta"))?.meta !== null) return;
  // `moving`: the store whose rows are being moved into this one; nobody works on it before they are all here
  await run("CREATE TABLE meta (version int NOT NULL, compatible_from int NOT NULL, moving text)");
  await run("INSERT INTO meta VALUES (0, 0, NULL)");
}
