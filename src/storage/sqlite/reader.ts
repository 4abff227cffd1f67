/**
 * A connection to a SQLite store that only reads: it holds no lock between two looks, and none against those who write during
 * one. Nothing is made or brought forward: of a store of an older release it tells what is there.
 */
import { existsSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { errorWords } from "../../basics/error-words.ts";
import { type Looks, NoPlace } from "../contract/questions.ts";
import type { OpenLooks } from "../questions-late.ts";
import { withoutHealed } from "../rules/rows.ts";
import { type CallThread, startCalls } from "./calls.ts";
import type { Row } from "./context.ts";
import { closeQuietly } from "./database.ts";
import { areSame, filesAt, type StoreFiles } from "./guard/files.ts";
import { sqliteLooks } from "./looking.ts";
import { type ReadersShared, readersOf } from "./readers.ts";
import type { Reading, SyncLooks } from "./reading.ts";
import { newerThanThis } from "./schema.ts";

/** How long a checkpoint of another process is waited for, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

interface Opened {
  readonly db: DatabaseSync;
  readonly files: StoreFiles;
  readonly looks: SyncLooks;
}

export interface Reader {
  look(name: keyof Looks, args: readonly unknown[]): unknown;
  close(): void;
}

/** Throws when there is no store, or none that this release can read. */
export function openReader(path: string): Reader {
  let opened: Opened | undefined = open(path);

  function closeOpened(): void {
    const last = opened;
    // should it come back to its place, it is opened anew
    opened = undefined;
    if (last !== undefined) closeQuietly(last.db);
  }

  /** A store that was put in the place of another is the one that is asked. */
  function current(): SyncLooks {
    if (opened !== undefined && !areSame(filesAt(path), opened.files)) closeOpened();
    opened ??= open(path);
    return opened.looks;
  }

  return {
    look(name, args) {
      const looks = current();
      return (looks[name] as (...all: readonly unknown[]) => unknown)(...args);
    },
    close: closeOpened,
  };
}

function open(path: string): Opened {
  if (!existsSync(path)) {
    throw new Error(`there is no store yet at ${path}; start the bridge first, or name another configuration`);
  }
  try {
    return openAt(path, path);
  } catch (error) {
    if (!isOutOfReach(path, error)) throw error;
    return openAt(path, unchanging(path));
  }
}

/** SQLite wants to make `-wal` and its index to read; that may be forbidden, and is needless where there is no `-wal`. */
function isOutOfReach(path: string, error: unknown): boolean {
  return /readonly database|unable to open/i.test(errorWords(error)) && filesAt(path).logBytes === 0;
}

/** A file that nobody writes: https://www.sqlite.org/uri.html#uriimmutable. One who does makes `-wal`, and it is opened anew. */
function unchanging(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return url;
}

function openAt(path: string, place: string | URL): Opened {
  const db = new DatabaseSync(place, { readOnly: true });
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.exec("PRAGMA cache_size = -8192");
    const why = newerThanThis(path, db);
    if (why !== undefined) throw new Error(why);
    // only now `-wal` and its index are there
    return { db, files: filesAt(path), looks: sqliteLooks(readingOn(db)) };
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

function readingOn(db: DatabaseSync): Reading {
  const statements = new Map<string, StatementSync>();
  const isMarked = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'healed_facts'").get() !== undefined;
  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? db.prepare(isMarked ? sql : withoutHealed(sql));
    statements.set(sql, statement);
    return statement;
  }
  return {
    now: Date.now,
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    // to its end, as `get` might not: a statement that is under way holds on to `-wal`
    one: (sql, ...values) => (prepared(sql).all(...values) as Row[])[0],
  };
}

/** Looks in this thread: for a command, whose process has nothing else to do. */
export async function looksHere(path: string, names: readonly (keyof Looks)[]): Promise<OpenLooks> {
  const reader = openReader(path);
  return {
    looks: looksBy(names, async (name, args) => reader.look(name, args)),
    async close() {
      reader.close();
    },
  };
}

/** What the reader's thread is started with. */
export interface ReaderData {
  readonly path: string;
  readonly readers: ReadersShared;
}

/** Looks in a thread of its own, beside the one that serves the store. Rejects when it cannot be opened. */
export async function looksInThread(
  path: string,
  names: readonly (keyof Looks)[],
  lost: () => void,
): Promise<OpenLooks> {
  const thread = await startReader(path, lost);
  return {
    looks: looksBy(names, (name, args) => thread.ask(name, args).catch(rethrow)),
    async close() {
      // one that has died needs no closing
      await thread.ask("close", []).catch(() => undefined);
      await thread.end();
    },
  };
}

/** Only words come out of a thread. */
function rethrow(error: unknown): never {
  throw errorWords(error) === new NoPlace().message ? new NoPlace() : error;
}

function startReader(path: string, onEnd: () => void): Promise<CallThread> {
  return startCalls<ReaderData>({
    entry: "src/storage/sqlite/reader-entry.ts",
    data: { path, readers: readersOf(path) },
    name: "the reader's thread",
    onEnd,
  });
}

function looksBy(
  names: readonly (keyof Looks)[],
  ask: (name: keyof Looks, args: readonly unknown[]) => Promise<unknown>,
): Looks {
  const entries = names.map((name) => [name, (...args: unknown[]) => ask(name, args)] as const);
  // a look for each name, with its arguments and answer handed on untouched
  return Object.fromEntries(entries) as unknown as Looks;
}
