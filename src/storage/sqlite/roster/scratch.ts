/**
 * Who is on the pages of a pass: a file of its own for each pass, beside the store, so that a million people are in nobody's way and
 * go in one moment. It outlives the process, not the machine: what it holds is counted against what was noted.
 */
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { realFile } from "../../../basics/real-file.ts";
import type { Subscriber } from "../../contract/passes.ts";
import type { NamedPerson } from "../../naming.ts";
import type { Row } from "../context.ts";
import { closeQuietly } from "../database.ts";
import { inTransaction } from "../in-transaction.ts";
import { createPrivately } from "../private-file.ts";

export interface Scratch {
  /** How many different people there are. */
  count(): number;
  /** Whether anybody of this page is there. */
  hasPage(page: number): boolean;
  /** Replaces what was noted of this page. Returns how many are new. */
  notePage(page: number, people: readonly Subscriber[]): number;
  noteNamed(named: readonly NamedPerson[]): void;
  /** Those of these users, who follow one another, who are on no page. */
  absent(users: readonly string[]): ReadonlySet<string>;
  /** The latest entry of the quarantine that names somebody. */
  named(user: string): { readonly entry: string; readonly eventTime: number } | undefined;
  /** People by their users, behind one of them. */
  people(after: string | null, limit: number): readonly Subscriber[];
}

export interface Scratches {
  of(pass: string): Scratch;
  /** The pass has ended. */
  remove(pass: string): void;
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS people (user_id TEXT PRIMARY KEY, subscribe_time INTEGER NOT NULL, page INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS people_of_page ON people (page);
  CREATE TABLE IF NOT EXISTS named (user_id TEXT PRIMARY KEY, entry TEXT NOT NULL, event_time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
const BUSY_TIMEOUT_MS = 500;

/** @param store the store's file, or `:memory:` */
export function openScratches(store: string): Scratches {
  const opened = new Map<string, DatabaseSync>();
  const pathOf = (pass: string) =>
    store === ":memory:"
      ? store
      : `${realFile(store)}-pass-${createHash("sha256").update(pass).digest("hex").slice(0, 16)}`;

  function databaseOf(pass: string): DatabaseSync {
    const path = pathOf(pass);
    const known = opened.get(pass);
    // ended by another process, and its file with it
    if (known !== undefined && (path === ":memory:" || existsSync(path))) return known;
    if (known !== undefined) closeQuietly(known);
    const db = openFile(path);
    opened.set(pass, db);
    return db;
  }

  return {
    of: (pass) => scratchOn(databaseOf(pass)),
    remove(pass) {
      const db = opened.get(pass);
      opened.delete(pass);
      if (db !== undefined) closeQuietly(db);
      removeFiles(pathOf(pass));
    },
    close() {
      for (const db of opened.values()) closeQuietly(db);
      opened.clear();
    },
  };
}

function removeFiles(path: string): void {
  if (path === ":memory:") return;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}

/** One that a crash of the machine has damaged is begun anew. */
function openFile(path: string): DatabaseSync {
  try {
    return prepare(path);
  } catch {
    removeFiles(path);
    return prepare(path);
  }
}

function prepare(path: string): DatabaseSync {
  createPrivately(path);
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.exec("PRAGMA journal_mode = WAL");
    // nothing in it need outlive a power cut
    db.exec("PRAGMA synchronous = OFF");
    db.exec("PRAGMA cache_size = -8192");
    db.exec(TABLES);
    return db;
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

/** Where more people than so many times those who are asked about lie between two of them, each is looked up by itself. */
const MANY = 4;

type Ask = (sql: string, ...values: (string | number)[]) => Row[];

function scratchOn(db: DatabaseSync): Scratch {
  const all: Ask = (sql, ...values) => db.prepare(sql).all(...values) as Row[];
  return {
    count: () => Number(all("SELECT count(*) AS n FROM people")[0]?.n),
    hasPage: (page) => all("SELECT 1 FROM people WHERE page = ? LIMIT 1", page).length > 0,
    notePage: (page, people) => inTransaction(db, () => notePage(db, page, people)),
    noteNamed: (named) => inTransaction(db, () => noteNamed(db, named)),
    absent: (users) => absentIn(all, users),
    named(user) {
      const [row] = all("SELECT entry, event_time FROM named WHERE user_id = ?", user);
      return row === undefined ? undefined : { entry: String(row.entry), eventTime: Number(row.event_time) };
    },
    people: (after, limit) => peopleBehind(all, after, limit),
  };
}

function notePage(db: DatabaseSync, page: number, people: readonly Subscriber[]): number {
  db.prepare("DELETE FROM people WHERE page = ?").run(page);
  const insert = db.prepare(
    `INSERT INTO people SELECT value ->> 'user', value ->> 'subscribeTime', ? FROM json_each(?) WHERE true
     ON CONFLICT (user_id) DO NOTHING`,
  );
  return Number(insert.run(page, JSON.stringify(people)).changes);
}

function noteNamed(db: DatabaseSync, named: readonly NamedPerson[]): void {
  db.prepare(
    `INSERT INTO named SELECT value ->> 'user', value ->> 'entry', value ->> 'eventTime' FROM json_each(?) WHERE true
     ON CONFLICT (user_id) DO UPDATE SET entry = excluded.entry, event_time = excluded.event_time
       WHERE excluded.event_time > event_time`,
  ).run(JSON.stringify(named));
}

function peopleBehind(all: Ask, after: string | null, limit: number): readonly Subscriber[] {
  const behind = after === null ? "" : "WHERE user_id > ?";
  const values = after === null ? [limit] : [after, limit];
  const rows = all(`SELECT user_id, subscribe_time FROM people ${behind} ORDER BY user_id LIMIT ?`, ...values);
  return rows.map((row) => ({ user: String(row.user_id), subscribeTime: Number(row.subscribe_time) }));
}

function absentIn(all: Ask, users: readonly string[]): ReadonlySet<string> {
  const [first, last] = [users[0], users.at(-1)];
  if (first === undefined || last === undefined) return new Set();
  const most = MANY * users.length;
  const near = all("SELECT user_id FROM people WHERE user_id BETWEEN ? AND ? LIMIT ?", first, last, most);
  if (near.length < most) {
    const there = new Set(near.map(({ user_id: user }) => user));
    return new Set(users.filter((user) => !there.has(user)));
  }
  const rows = all(
    "SELECT value AS user FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.user_id = j.value)",
    JSON.stringify(users),
  );
  return new Set(rows.map(({ user }) => String(user)));
}
