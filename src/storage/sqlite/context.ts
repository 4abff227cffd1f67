/** What the parts of a SQLite store share: the connection, the clock, and what must be undone when a transaction fails. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Storage } from "../contract.ts";
import { migrate } from "./schema.ts";

/** A method of the contract without its promise: runs inside a transaction that somebody else opened. */
type Sync<T> = T extends (...args: infer Args) => Promise<infer Result> ? (...args: Args) => Result : never;

/** Everything that the contract asks, but for the transaction around it. */
export type Operations = {
  [Name in keyof Omit<Storage, "description" | "close" | "reserve">]: Sync<Storage[Name]>;
};

export type Row = Record<string, SQLInputValue | undefined>;

export interface Context {
  readonly db: DatabaseSync;
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
  /** Called when the operation that is under way, or its transaction, is undone: memory must follow. */
  onRollback(act: () => void): void;
}

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Milliseconds since 1970; by default a clock that starts at the system's time and never jumps. */
  readonly now?: () => number;
  /** How often a connector's own clock is moved on, in milliseconds. */
  readonly clockTickMs?: number;
}

/** What a transaction leaves to do, besides what it wrote. */
export interface Aftermath {
  commit: (() => void)[];
  rollback: (() => void)[];
}

export function openContext(options: SqliteOptions, aftermath: Aftermath): Context {
  const db = new DatabaseSync(options.path);
  db.exec("PRAGMA busy_timeout = 5000");
  db.exec("PRAGMA journal_mode = WAL");
  // NORMAL would not sync a commit: an acknowledged callback could be gone after a power cut
  db.exec("PRAGMA synchronous = FULL");
  db.exec("PRAGMA cache_size = -32768");
  db.exec("PRAGMA wal_autocheckpoint = 4000");
  migrate(db, options.path);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    db,
    now: options.now ?? steadyClock(),
    clockTickMs: options.clockTickMs ?? 10_000,
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    one: (sql, ...values) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    onCommit: (act) => aftermath.commit.push(act),
    onRollback: (act) => aftermath.rollback.push(act),
  };
}

/** A clock that the system's jumps do not reach. */
export function steadyClock(): () => number {
  const start = Date.now() - performance.now();
  return () => Math.round(start + performance.now());
}
