/** One open database: its prepared statements, how it commits and waits, and how it is opened anew. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { closeQuietly, type OpenDatabaseOptions, openDatabase } from "./database.ts";
import { holds, witnessOf } from "./guard/witness.ts";

export interface Handle {
  /** Another one after each `reopen`. */
  readonly db: DatabaseSync;
  /** Prepared once. */
  prepared(sql: string): StatementSync;
  /** Whether commits are synced from now on. */
  syncCommits(wanted: boolean): void;
  /** Whether other processes' transactions are waited for from now on. */
  waitForOthers(wanted: boolean): void;
  /** After a failed sync nobody knows what is on disk: what was read into this connection is not trusted any more. */
  reopen(): void;
  /** Throws when what was opened anew is another store than before, or cannot be brought to the disk. */
  prove(): void;
  close(): void;
}

export function openHandle(options: OpenDatabaseOptions): Handle {
  const { path, busyTimeoutMs } = options;
  const statements = new Map<string, StatementSync>();
  let db = openDatabase(options);
  // whatever lies at the path later must be this store
  const known = witnessOf(db);
  let syncs = true;
  let waits = true;
  return {
    get db() {
      return db;
    },
    prepared(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = db.prepare(sql);
        statements.set(sql, statement);
      }
      return statement;
    },
    syncCommits(wanted) {
      if (syncs === wanted) return;
      // in WAL mode NORMAL leaves out the sync of a commit and nothing else
      db.exec(`PRAGMA synchronous = ${wanted ? "FULL" : "NORMAL"}`);
      syncs = wanted;
    },
    waitForOthers(wanted) {
      if (waits === wanted) return;
      waits = wanted;
      setBusyTimeout(db, wanted ? busyTimeoutMs : 0);
    },
    reopen() {
      statements.clear();
      closeQuietly(db);
      db = openDatabase({ ...options, create: false });
      [syncs, waits] = [true, true];
    },
    prove() {
      // what is visible may be in the page cache only: written anew and synced, or this fails too
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      if (!holds(witnessOf(db), known)) throw new Error(`${path} is another store than before`);
    },
    close() {
      statements.clear();
      db.close();
    },
  };
}

function setBusyTimeout(db: DatabaseSync, ms: number): void {
  try {
    db.exec(`PRAGMA busy_timeout = ${ms}`);
  } catch {
    // it could not be opened again: the next transaction tries
  }
}
