/** What a store holds, without touching it: nothing is created, nothing is brought forward to a newer schema. */
import { existsSync } from "node:fs";
import type { SQLInputValue } from "node:sqlite";
import type { Config } from "../config/config.ts";
import type { StoreStatus } from "./contract.ts";
import { sqliteFile } from "./open.ts";
import type { Row } from "./sqlite/context.ts";

/** Undefined where there is no SQLite store yet, and for other kinds of store. Rejects when it cannot be read. */
export async function peekSqlite(settings: Config["storage"]): Promise<StoreStatus | undefined> {
  const path = sqliteFile(settings);
  if (path === undefined || path === ":memory:" || !existsSync(path)) return undefined;
  const [{ DatabaseSync }, { askingOperations }] = await Promise.all([
    import("node:sqlite"),
    import("./sqlite/asking.ts"),
  ]);
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec("PRAGMA busy_timeout = 2000");
    const all = (sql: string, ...values: SQLInputValue[]) => db.prepare(sql).all(...values) as Row[];
    return askingOperations({ now: Date.now, all, one: (sql, ...values) => all(sql, ...values)[0] }).status();
  } finally {
    db.close();
  }
}
