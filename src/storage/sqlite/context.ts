/** What the parts of a SQLite store share: the connection, the clock, and what must be undone when a transaction fails. */
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { errorWords } from "../../basics/error-words.ts";
import type { Method, Storage } from "../contract/storage.ts";
import { closeQuietly, type Durability, openDatabase } from "./database.ts";
import type { LookAtFiles } from "./guard/files.ts";
import { openGuard } from "./guard/guard.ts";
import { holds, witnessOf } from "./guard/witness.ts";
import type { Note } from "./note.ts";
import type { Readers } from "./readers.ts";

/** A method of the contract without its promise: runs inside a transaction that somebody else opened. */
type Sync<T> = T extends (...args: infer Args) => Promise<infer Result> ? (...args: Args) => Result : never;

/** Everything that the contract asks, but for the transaction around it. */
export type Operations = {
  [Name in Method]: Sync<Storage[Name]>;
};

export type Row = Record<string, SQLInputValue | undefined>;

export interface Context {
  /** Milliseconds since 1970, from a clock that does not jump. */
  readonly now: () => number;
  readonly clockTickMs: number;
  /** Rows of a query; statements are prepared once. */
  all(sql: string, ...values: SQLInputValue[]): Row[];
  one(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** How many rows a statement changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Called when the transaction that is under way is durable. */
  onCommit(act: () => void): void;
  /** Called when the transaction that is under way is undone: memory must follow. */
  onRollback(act: () => void): void;
}

/** The context as the store's frame holds it. */
export interface Connection extends Context {
  /**
   * One transaction: all or nothing. On disk when it returns, unless `sync` is false: then with the next one that is synced.
   * Throws `StoreTrouble` when it could not begin or end, and whatever `act` threw otherwise.
   */
  transact<T>(act: () => T, sync?: boolean): T;
  /** Looks whether what was taken can be read back from the path. Throws `StoreTrouble` when not: nothing is taken then. */
  inspect(): void;
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly note: (note: Note) => void;
  readonly look?: LookAtFiles;
  /** Who else reads the store in this process. */
  readonly readers?: Readers;
  /** How often what was taken is read back, in milliseconds; a minute unless set. */
  readonly inspectMs?: number;
}

/** The database is busy, full, or its disk fails: says nothing about what was to be written. */
export class StoreTrouble extends Error {}

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Milliseconds since 1970; by default a clock that starts at the system's time and never jumps. */
  readonly now?: () => number;
  /** How often a connector's own clock is moved on, in milliseconds. */
  readonly clockTickMs?: number;
  /**
   * How long another process's transaction is waited for, in milliseconds; the event loop stands still meanwhile. After one
   * wait in vain there is none, until a transaction begins again.
   */
  readonly busyTimeoutMs?: number;
  /** Called with what the database itself says whenever it was opened: at the start, and after a failed sync. */
  readonly onOpen?: (durability: Durability) => void;
  /** False where the store must be there already; true unless set. */
  readonly create?: boolean;
  /** Watches over the files at the path while they are open, and says what it finds. Not unless given. */
  readonly watch?: WatchOptions;
}

const BUSY_TIMEOUT_MS = 500;

export function openConnection(options: SqliteOptions): Connection {
  const statements = new Map<string, StatementSync>();
  const { path, busyTimeoutMs = BUSY_TIMEOUT_MS, onOpen, watch, create = true } = options;
  let db = openDatabase({ path, busyTimeoutMs, onOpen, create });
  const guard = watch === undefined || path === ":memory:" ? undefined : openGuard({ path, ...watch });
  // whatever lies at the path later must be this store
  const known = witnessOf(db);
  let broken = false;
  let hurried = false;
  let synced = true;
  let commits: (() => void)[] = [];
  let rollbacks: (() => void)[] = [];

  function prepared(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * After a failed sync nobody knows what is on disk: what was read into this connection is not trusted any more. Nor is
   * another store, or a new one, that lies at the path meanwhile.
   */
  function reopen(): void {
    statements.clear();
    closeQuietly(db);
    db = openDatabase({ path, busyTimeoutMs, onOpen, create: false });
    guard?.reopened();
    // what is visible may be in the page cache only: written anew and synced, or this fails too
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!holds(witnessOf(db), known)) throw new Error(`${path} is another store than before`);
    broken = false;
    synced = true;
  }

  /** In WAL mode NORMAL leaves out the sync of a commit and nothing else. */
  function syncCommits(wanted: boolean): void {
    if (synced === wanted) return;
    db.exec(`PRAGMA synchronous = ${wanted ? "FULL" : "NORMAL"}`);
    synced = wanted;
  }

  function begin(sync: boolean): void {
    commits = [];
    rollbacks = [];
    try {
      if (guard?.doubts) {
        guard.resolve(db);
        broken = true;
      }
      if (broken && path !== ":memory:") reopen();
      syncCommits(sync);
      db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      // whoever holds it may do so for long: the event loop, and Chat behind it, stands still but once for that
      waitForOthers(0);
      throw new StoreTrouble(errorWords(error), { cause: error });
    }
    if (hurried) waitForOthers(busyTimeoutMs);
  }

  function waitForOthers(ms: number): void {
    hurried = ms < busyTimeoutMs;
    try {
      db.exec(`PRAGMA busy_timeout = ${ms}`);
    } catch {
      // it could not be opened again: the next transaction tries
    }
  }

  function commit(sync: boolean): void {
    try {
      db.exec("COMMIT");
    } catch (error) {
      broken = true;
      undo();
      throw new StoreTrouble(errorWords(error), { cause: error });
    }
    for (const act of commits) act();
    trusting(() => guard?.afterCommit(db, sync));
  }

  /** What the guard finds is trouble of the store. */
  function trusting(look: () => void): void {
    try {
      look();
    } catch (error) {
      throw new StoreTrouble(errorWords(error), { cause: error });
    }
  }

  function undo(): void {
    try {
      db.exec("ROLLBACK");
    } catch {
      // some errors have rolled back already
    }
    for (const act of rollbacks.reverse()) act();
  }

  return {
    now: options.now ?? steadyClock(),
    clockTickMs: options.clockTickMs ?? 10_000,
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    one: (sql, ...values) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    onCommit: (act) => commits.push(act),
    onRollback: (act) => rollbacks.push(act),
    transact(act, sync = true) {
      begin(sync);
      let result: ReturnType<typeof act>;
      try {
        result = act();
      } catch (error) {
        undo();
        throw error;
      }
      commit(sync);
      return result;
    },
    inspect: () => trusting(() => guard?.inspect(db)),
    async close() {
      // one that was overwritten stays open to the end of the process: closing it would write what it holds over the new file
      if ((await guard?.beforeClose(db)) === false) return;
      statements.clear();
      db.close();
    },
  };
}

/** A clock that the system's jumps do not reach. */
export function steadyClock(): () => number {
  const start = Date.now() - performance.now();
  return () => Math.round(start + performance.now());
}
