/** What tells one store from another, and an old copy of it from the store itself. */
import { randomUUID } from "node:crypto";
import { linkSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { realFile } from "../../../basics/real-file.ts";

export interface StoreWitness {
  /** The store's id; undefined when it has none. */
  readonly store: string | undefined;
  /** How many callbacks it ever took: grows with each, and nothing that is pruned lowers it. */
  readonly taken: number;
  /** The latest callback that it holds, told by its number and its end; undefined when there is none. */
  readonly latest: string | undefined;
}

/** As this connection sees it. Throws when the database cannot be read. */
export function witnessOf(db: DatabaseSync): StoreWitness {
  const { store, taken, latest } = db.prepare(`${WHICH_AND_HOW_MANY}, (${LATEST}) AS latest`).get() ?? {};
  return { store: textOf(store), taken: Number(taken ?? 0), latest: textOf(latest) };
}

/** Each stands on a page of its own. */
const WHICH_AND_HOW_MANY = `SELECT
  (SELECT store FROM identity) AS store,
  (SELECT seq FROM sqlite_sequence WHERE name = 'callbacks') AS taken`;
const LATEST = `SELECT seq || ' ' || received_at || ' ' || hex(substr(body, -16)) AS latest
  FROM callbacks WHERE seq = (SELECT max(seq) FROM callbacks)`;

/** What any other process would find: the file with its `-wal`. Undefined when there is no store, or none that can be read. */
export function witnessAt(path: string): StoreWitness | undefined {
  return read(path, witnessOf);
}

/**
 * What the file alone says, while it is open here: without its `-wal`, which hides what became of the file below it.
 * Undefined also where the runtime opens no URIs: Deno with less than all permissions.
 */
export function witnessInFile(path: string): StoreWitness | typeof NO_DATABASE | undefined {
  // https://sqlite.org/uri.html
  const file = `${pathToFileURL(path).href}?immutable=1`;
  return isTooShort(path) || isNoDatabase(file) ? NO_DATABASE : read(file, inMixedFile);
}

/** It is empty, or something else: what a checkpoint beside a reader leaves never is. */
export const NO_DATABASE = "no database";

/** The smallest page. */
const FEWEST_BYTES = 512;

function isTooShort(path: string): boolean {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  return bytes !== undefined && bytes < FEWEST_BYTES;
}

function isNoDatabase(file: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    return db.prepare("PRAGMA schema_version").get()?.schema_version === 0;
  } catch (error) {
    return /not a database/i.test(String(error));
  } finally {
    db?.close();
  }
}

/**
 * Beside a reader a checkpoint writes what that one sees, and of that only pages that nobody has written to since: until the next
 * one the file alone has pages of different commits, and a table of several pages may be none. `latest` is left out then.
 */
function inMixedFile(db: DatabaseSync): StoreWitness {
  const { store, taken } = db.prepare(WHICH_AND_HOW_MANY).get() ?? {};
  return { store: textOf(store), taken: Number(taken ?? 0), latest: latestIn(db) };
}

function latestIn(db: DatabaseSync): string | undefined {
  try {
    return textOf(db.prepare(LATEST).get()?.latest);
  } catch {
    return undefined;
  }
}

/**
 * What a file says that may be another than the one that is open here. Under a name of its own: the `-wal` at its path may
 * belong to another database, and read together the two would be mixed for good.
 */
export function witnessApart(path: string): StoreWitness | undefined {
  // SQLite would follow a link, to the log that lies there
  const file = realFile(path);
  const alias = `${file}.look-${randomUUID()}`;
  try {
    linkSync(file, alias);
    return read(alias, witnessOf);
  } catch {
    return undefined;
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${alias}${end}`, { force: true });
  }
}

/** Whether this is the store that `known` was seen in, with all that it took by then. */
export function holds(found: StoreWitness | undefined, known: StoreWitness): boolean {
  if (found === undefined || found.store !== known.store || found.taken < known.taken) return false;
  if (found.taken > known.taken || found.latest === known.latest) return true;
  // its latest one was pruned meanwhile, or was a repetition
  return numberOf(found.latest) < numberOf(known.latest);
}

/**
 * Whether this file, without its log, is the one that `known` was seen in: pages only go on, and the copy of a store that is put over it
 * is an older one. Its latest callback says nothing, beside a reader.
 */
export function goesOnFrom(found: StoreWitness | undefined, known: StoreWitness): boolean {
  return found !== undefined && found.store === known.store && found.taken >= known.taken;
}

function numberOf(latest: string | undefined): number {
  return Number(latest?.split(" ", 1)[0] ?? 0);
}

function read(name: string, look: (db: DatabaseSync) => StoreWitness): StoreWitness | undefined {
  try {
    const db = new DatabaseSync(name, { readOnly: true });
    try {
      return look(db);
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
