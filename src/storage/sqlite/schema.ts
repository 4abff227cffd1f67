/** The tables of a SQLite store, in numbered steps (`PRAGMA user_version`). */
import type { DatabaseSync } from "node:sqlite";
import { type Releases, tooNew, withThisRelease } from "../releases.ts";
import { addMissing } from "./additions.ts";
import { inTransaction } from "./in-transaction.ts";
import { LEAN_INDEXES } from "./lean-indexes.ts";

/** Step n brings a store from version n to n + 1. Released steps are never changed. */
const STEPS: readonly string[] = [
  `
  -- raw, append-only: this is all that intake writes, and no index of it is touched out of order
  CREATE TABLE callbacks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    app TEXT NOT NULL, command TEXT NOT NULL, platform TEXT NOT NULL, client_ip TEXT NOT NULL,
    received_at INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  -- how far callbacks have become events
  CREATE TABLE reading (id INTEGER PRIMARY KEY CHECK (id = 1), upto INTEGER NOT NULL) STRICT;
  INSERT INTO reading VALUES (1, 0);

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, callback INTEGER NOT NULL,
    kind TEXT NOT NULL, app TEXT NOT NULL, official_account TEXT NOT NULL, user TEXT NOT NULL, operator TEXT NOT NULL,
    by_admin INTEGER NOT NULL, platform TEXT NOT NULL, client_ip TEXT NOT NULL,
    event_time INTEGER NOT NULL, received_at INTEGER NOT NULL, stored_at INTEGER
  ) STRICT;
  -- by time first: new events are nearly always the newest, so this index grows at its end
  CREATE UNIQUE INDEX events_once ON events (event_time, id);
  CREATE INDEX events_of_person ON events (user, app, event_time);

  CREATE TABLE connectors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE, origin TEXT NOT NULL UNIQUE, type TEXT NOT NULL, writes TEXT NOT NULL,
    destination TEXT NOT NULL, fingerprint TEXT NOT NULL, cursor INTEGER NOT NULL, starts_at INTEGER NOT NULL,
    state TEXT NOT NULL, version INTEGER NOT NULL, since INTEGER NOT NULL, probe_at INTEGER,
    clock INTEGER NOT NULL, clock_at INTEGER NOT NULL,
    -- how many of its deliveries wait: counted as they change
    waiting INTEGER NOT NULL DEFAULT 0,
    -- when it was last registered or routed to
    seen_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE deliveries (
    connector INTEGER NOT NULL, event INTEGER NOT NULL,
    state TEXT NOT NULL, lane INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL,
    -- the person behind whose earlier event it waits, and its place among theirs; null when it stands behind nobody's
    parked TEXT, turn INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0, generation INTEGER NOT NULL DEFAULT 1,
    class TEXT, reason TEXT, note TEXT, history TEXT,
    routed_at INTEGER NOT NULL, first_attempt_at INTEGER, first_attempt_clock INTEGER, last_attempt_at INTEGER,
    settled_at INTEGER, journaled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connector, event)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (connector, lane, due_at, event) WHERE state = 'waiting' AND parked IS NULL;
  CREATE INDEX deliveries_parked ON deliveries (connector, parked, turn, event) WHERE parked IS NOT NULL;
  CREATE INDEX deliveries_waiting ON deliveries (connector, event) WHERE state = 'waiting';
  -- for probes: what was attempted longest ago
  CREATE INDEX deliveries_tried ON deliveries (connector, last_attempt_at, event)
    WHERE state = 'waiting' AND parked IS NULL AND last_attempt_at IS NOT NULL;
  CREATE INDEX deliveries_settled ON deliveries (settled_at, connector, event) WHERE state <> 'waiting';
  CREATE INDEX deliveries_dead ON deliveries (connector, event) WHERE state = 'dead';
  CREATE INDEX deliveries_unjournaled ON deliveries (settled_at, connector, event) WHERE state = 'dead' AND journaled = 0;
  -- how many were delivered, or died, in each minute since 1970
  CREATE TABLE tallies (
    connector INTEGER NOT NULL, state TEXT NOT NULL, minute INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (connector, state, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tallies_by_age ON tallies (minute);

  CREATE TABLE quarantine (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    app TEXT NOT NULL, command TEXT NOT NULL, platform TEXT NOT NULL, client_ip TEXT NOT NULL,
    received_at INTEGER NOT NULL, body BLOB NOT NULL, fault TEXT NOT NULL, size INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/** Brings the store to this release's schema. Throws when a newer release has written it that leaves no way back. */
export function migrate(db: DatabaseSync, path: string): void {
  const why = newerThanThis(path, db);
  if (why !== undefined) throw new Error(why);
  if (userVersion(db) < STEPS.length) takeSteps(db);
  addMissing(db);
  noteThisRelease(db);
}

/** Why this release must not touch a store; undefined when it may. */
export function newerThanThis(place: string, db: DatabaseSync): string | undefined {
  const version = userVersion(db);
  return tooNew(place, version > STEPS.length ? { version, compatibleFrom: Number.POSITIVE_INFINITY } : releasesOf(db));
}

/** 0.1.0 noted nothing. */
const FIRST: Releases = { version: 1, compatibleFrom: 1 };

/** Who has been at this store, as they noted it; 0.1.0 looks at `user_version` alone. */
function releasesOf(db: DatabaseSync): Releases {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'releases'").get() === undefined) return FIRST;
  const row = db.prepare("SELECT version, compatible_from FROM releases").get();
  return row === undefined ? FIRST : { version: Number(row.version), compatibleFrom: Number(row.compatible_from) };
}

function noteThisRelease(db: DatabaseSync): void {
  const found = releasesOf(db);
  const { version, compatibleFrom } = withThisRelease(found);
  if (version === found.version && compatibleFrom === found.compatibleFrom) return;
  db.prepare("INSERT OR REPLACE INTO releases VALUES (1, ?, ?)").run(version, compatibleFrom);
}

function takeSteps(db: DatabaseSync): void {
  inTransaction(db, () => {
    // another process may have been faster
    const found = userVersion(db);
    for (const step of STEPS.slice(found)) db.exec(step);
    if (found === 0) db.exec(LEAN_INDEXES);
    db.exec(`PRAGMA user_version = ${STEPS.length}`);
  });
}

function userVersion(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
