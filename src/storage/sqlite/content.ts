/** Whether a file is a whole store of ours, and what is in it. For files that no bridge serves. */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { errorWords } from "../../basics/error-words.ts";
import { newerThanThis } from "./schema.ts";

export interface StoreContent {
  /** Of the file. */
  readonly bytes: number;
  readonly events: number;
  readonly waiting: number;
  /** When the latest callback in it was received, milliseconds since 1970; `null` when there is none. */
  readonly latest: number | null;
}

const TABLES = ["callbacks", "connectors", "deliveries", "events", "quarantine"];

/**
 * Looks through all of a database file, and makes it one file: what still lies in a `-wal` beside it is taken into it, and
 * that is removed. Throws in plain words.
 */
export function verified(file: string): StoreContent {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    db.exec("PRAGMA journal_mode = DELETE");
    return contentOf(db, file);
  } catch (error) {
    const words = errorWords(error);
    throw /not a database|malformed/.test(words) ? new Error(`it is damaged, or no SQLite database (${words})`) : error;
  } finally {
    db?.close();
  }
}

function contentOf(db: DatabaseSync, file: string): StoreContent {
  const number = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (!TABLES.every((table) => names.some(({ name }) => name === table))) throw new Error("it is no store of a bridge");
  if (newerThanThis("it", db) !== undefined) throw new Error("a newer release has written it: use that one");
  const [fault] = Object.values(db.prepare("PRAGMA integrity_check(1)").get() ?? {});
  if (fault !== "ok") throw new Error(`it is damaged: ${String(fault)}`);
  const latest = number(
    "SELECT coalesce(max(received_at), 0) FROM (SELECT received_at FROM callbacks ORDER BY seq DESC LIMIT 1000)",
  );
  return {
    bytes: statSync(file).size,
    events: number("SELECT count(*) FROM events"),
    waiting: number("SELECT coalesce(sum(waiting), 0) FROM connectors"),
    latest: latest === 0 ? null : latest,
  };
}
