/** Opening a database file as every store wants it. */
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { createPrivately } from "./private-file.ts";
import { migrate } from "./schema.ts";

/** What the database does for a commit, in its own words: `wal` and `full`. */
export interface Durability {
  readonly journalMode: string;
  readonly synchronous: string;
}

export interface OpenDatabaseOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** How long another process's transaction is waited for, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** False where only a store that is there already will do: then a missing file is an error. */
  readonly create: boolean;
  readonly onOpen?: ((durability: Durability) => void) | undefined;
}

/** A log that was longer is cut to so many bytes when it is begun anew. */
const LOG_BYTES_KEPT = 32 * 1024 * 1024;

export function openDatabase({ path, busyTimeoutMs, create, onOpen }: OpenDatabaseOptions): DatabaseSync {
  if (create) createPrivately(path);
  else if (!existsSync(path)) throw new Error(`${path} is not there any more`);
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    // before the first table, or never: what is pruned can be given back to the disk then
    if (isEmpty(db)) db.exec("PRAGMA auto_vacuum = INCREMENTAL");
    db.exec("PRAGMA journal_mode = WAL");
    // NORMAL would not sync a commit: an acknowledged callback could be gone after a power cut
    db.exec("PRAGMA synchronous = FULL");
    db.exec("PRAGMA cache_size = -16384");
    // SQLite's own 1000 would halve the longest wait for a checkpoint, and cost a third of what a full queue sends
    db.exec("PRAGMA wal_autocheckpoint = 4000");
    db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}`);
    migrate(db, path);
    onOpen?.(durabilityOf(db));
    return db;
  } catch (error) {
    // left open, it would hold its locks as long as this process lives
    closeQuietly(db);
    throw error;
  }
}

export function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // it failed before: nothing more can be done with it
  }
}

function isEmpty(db: DatabaseSync): boolean {
  return Number(db.prepare("PRAGMA page_count").get()?.page_count ?? 0) === 0;
}

/** By their numbers: https://sqlite.org/pragma.html#pragma_synchronous */
const SYNCHRONOUS = ["off", "normal", "full", "extra"];

function durabilityOf(db: DatabaseSync): Durability {
  const read = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  const synchronous = read("synchronous");
  return { journalMode: String(read("journal_mode")), synchronous: SYNCHRONOUS[Number(synchronous)] ?? "unknown" };
}
