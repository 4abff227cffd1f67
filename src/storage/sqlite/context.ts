/** What the parts of a SQLite store share: the connection, the clock, and what must be undone when a transaction fails. */
import type { SQLInputValue } from "node:sqlite";
import type { Method, Storage } from "../contract/storage.ts";
import { openAftermath } from "./aftermath.ts";
import type { Durability } from "./database.ts";
import type { LookAtFiles } from "./guard/files.ts";
import { openGuard } from "./guard/guard.ts";
import { openHandle } from "./handle.ts";
import type { Note } from "./note.ts";
import type { Readers } from "./readers.ts";
import { asTrouble, openTransactions } from "./transactions.ts";

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
export interface StoreConnection extends Context {
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

export function openConnection(options: SqliteOptions): StoreConnection {
  const { path, busyTimeoutMs = BUSY_TIMEOUT_MS, onOpen, watch, create = true } = options;
  const handle = openHandle({ path, busyTimeoutMs, onOpen, create });
  const guard = watch === undefined || path === ":memory:" ? undefined : openGuard({ path, ...watch });
  const aftermath = openAftermath();
  const transactions = openTransactions({ handle, guard, aftermath, canReopen: path !== ":memory:" });
  return {
    now: options.now ?? steadyClock(),
    clockTickMs: options.clockTickMs ?? 10_000,
    all: (sql, ...values) => handle.prepared(sql).all(...values) as Row[],
    one: (sql, ...values) => handle.prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(handle.prepared(sql).run(...values).changes),
    onCommit: aftermath.onCommit,
    onRollback: aftermath.onRollback,
    transact: transactions.transact,
    inspect: () => asTrouble(() => guard?.inspect(handle.db)),
    async close() {
      // one that was overwritten stays open to the end of the process: closing it would write what it holds over the new file
      if ((await guard?.beforeClose(handle.db)) !== false) handle.close();
    },
  };
}

/** A clock that the system's jumps do not reach. */
export function steadyClock(): () => number {
  const start = Date.now() - performance.now();
  return () => Math.round(start + performance.now());
}
