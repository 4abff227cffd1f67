/** What tells one store from another, and an old copy of it from the store itself. */
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

export interface Witness {
  /** The store's id; undefined when it has none. */
  readonly store: string | undefined;
  /** How many callbacks it ever took: grows with each, and nothing that is pruned lowers it. */
  readonly taken: number;
  /** The latest callback that it holds, told by its end; undefined when there is none. */
  readonly latest: string | undefined;
}

/** As this connection sees it. Throws when the database cannot be read. */
export function witnessOf(db: DatabaseSync): Witness {
  const { store, taken, latest } = db.prepare(WITNESS).get() ?? {};
  return { store: textOf(store), taken: Number(taken ?? 0), latest: textOf(latest) };
}

const WITNESS = `SELECT
  (SELECT store FROM identity) AS store,
  (SELECT seq FROM sqlite_sequence WHERE name = 'callbacks') AS taken,
  (SELECT seq || ' ' || received_at || ' ' || hex(substr(body, -16)) FROM callbacks ORDER BY seq DESC LIMIT 1) AS latest`;

/**
 * What the file itself says, without its `-wal`: which may belong to another database, and then must not be read with it.
 * @returns undefined when there is no file, or no store in it
 */
export function witnessInFile(path: string): Witness | undefined {
  return read(databaseUrl(path, "immutable=1"));
}

/** What any other process would find: the file with its `-wal`. Undefined when there is no store, or none that can be read. */
export function witnessAt(path: string): Witness | undefined {
  return read(databaseUrl(path, "mode=ro"));
}

/** Whether this is the store that `known` was seen in, with all that it took by then. */
export function holds(found: Witness | undefined, known: Witness): boolean {
  if (found === undefined || found.store !== known.store || found.taken < known.taken) return false;
  return found.taken > known.taken || found.latest === known.latest;
}

/** A database's name for SQLite, with parameters: https://sqlite.org/uri.html */
export function databaseUrl(path: string, parameters: string): string {
  return `${pathToFileURL(path).href}?${parameters}`;
}

function read(url: string): Witness | undefined {
  try {
    const db = new DatabaseSync(url, { readOnly: true });
    try {
      return witnessOf(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
