/** What a store holds, without touching it: nothing is created, nothing is brought forward to a newer schema. */

import { existsSync } from "node:fs";
import type { SQLInputValue } from "node:sqlite";
import { codeOf } from "../basics/error-code.ts";
import type { Config } from "../config/checked-config.ts";
import type { StoreStatus } from "./contract/ledger.ts";
import type { KnownBridge } from "./contract/presence.ts";
import { sqliteFile } from "./open.ts";
import { judgeByLock } from "./rules/presence.ts";
import type { Row } from "./sqlite/context.ts";

/** Undefined where there is no SQLite store yet, and for other kinds of store. Rejects when it cannot be read. */
export async function peekSqlite(settings: Config["storage"]): Promise<StoreStatus | undefined> {
  const path = sqliteFile(settings);
  if (path === undefined || path === ":memory:" || !existsSync(path)) return undefined;
  const [{ DatabaseSync }, { statusOperations }] = await Promise.all([
    import("node:sqlite"),
    import("./sqlite/status.ts"),
  ]);
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec("PRAGMA busy_timeout = 2000");
    const all = (sql: string, ...values: SQLInputValue[]) => db.prepare(sql).all(...values) as Row[];
    return statusOperations({ now: Date.now, all, one: (sql, ...values) => all(sql, ...values)[0] }).status();
  } finally {
    db.close();
  }
}

/** The same of a PostgreSQL store; undefined where there is none yet in this database. Rejects when it cannot be asked. */
export async function peekPostgres({ url, schema, prepare }: Config["storage"]): Promise<StoreStatus | undefined> {
  const [{ openContext }, { postgresOperations }] = await Promise.all([
    import("./postgres/context.ts"),
    import("./postgres/operations.ts"),
  ]);
  const context = openContext({ url, schema, prepare, max: 1, machine: "check", clockTickMs: 10_000 });
  try {
    return await postgresOperations(context).status();
  } catch (error) {
    if (MISSING.has(codeOf(error))) return undefined;
    throw error;
  } finally {
    await context.close();
  }
}

/**
 * The same of either kind: a file is at hand; a database on the network is asked only where others may be asked.
 * @param live whether they may
 */
export function peekStore(settings: Config["storage"], live: boolean): Promise<StoreStatus | undefined> {
  if (sqliteFile(settings) !== undefined) return peekSqlite(settings);
  return live ? peekPostgres(settings) : Promise.resolve(undefined);
}

/** Which bridges serve the store, as far as they have said so. Rejects when it cannot be asked. */
export async function peekBridges(settings: Config["storage"]): Promise<readonly KnownBridge[]> {
  const path = sqliteFile(settings);
  if (path === undefined) return peekPostgresBridges(settings);
  if (path === ":memory:" || !existsSync(path)) return [];
  const [{ DatabaseSync }, { presenceOperations }, { lockOf }] = await Promise.all([
    import("node:sqlite"),
    import("./sqlite/serving-bridges.ts"),
    import("./sqlite/serving.ts"),
  ]);
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec("PRAGMA busy_timeout = 2000");
    const all = (sql: string, ...values: SQLInputValue[]) => db.prepare(sql).all(...values) as Row[];
    // one that an older release has made
    if (all("SELECT 1 FROM pragma_table_info('bridges')").length === 0) return [];
    return judgeByLock(presenceOperations({ now: Date.now, all, run: () => 0 }).bridges(), lockOf(path));
  } finally {
    db.close();
  }
}

async function peekPostgresBridges({ url, schema, prepare }: Config["storage"]): Promise<readonly KnownBridge[]> {
  const [{ openContext }, { postgresOperations }] = await Promise.all([
    import("./postgres/context.ts"),
    import("./postgres/operations.ts"),
  ]);
  const context = openContext({ url, schema, prepare, max: 1, machine: "check", clockTickMs: 10_000 });
  try {
    return await postgresOperations(context).bridges();
  } finally {
    await context.close();
  }
}

/**
 * A table, or a function, that is not there: which of them a store that was never made lacks first is a matter of what is asked.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const MISSING: ReadonlySet<string> = new Set(["42P01", "42883"]);
