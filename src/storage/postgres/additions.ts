/**
 * What releases after 0.1.0 added to the tables of schema.ts: each made where it is missing, none ever changed. Only what
 * 0.1.0 can live with, since it runs beside this release while machines are updated one by one: new tables, and columns that
 * are nullable or have a default.
 */
import type { Transaction } from "./context.ts";

interface Addition {
  readonly table: string;
  /** Absent: the table itself is what is added. */
  readonly column?: string;
  readonly sql: string;
}

const ADDITIONS: readonly Addition[] = [
  // the fingerprint of the settings under which something was last delivered
  { table: "connectors", column: "taken_with", sql: "ALTER TABLE connectors ADD COLUMN taken_with text" },
  // a part of the state that older releases do not know: they write the document whole
  { table: "connectors", column: "put_off", sql: "ALTER TABLE connectors ADD COLUMN put_off text" },
];

/** Makes what is missing. Asked first: `IF NOT EXISTS` would lock the table of a running bridge, and needs rights that it may not have. */
export async function addMissing(transaction: Transaction): Promise<void> {
  for (const addition of ADDITIONS) {
    if (!(await isThere(transaction, addition))) await transaction.run(addition.sql);
  }
}

async function isThere({ one }: Transaction, { table, column }: Addition): Promise<boolean> {
  const found =
    column === undefined
      ? await one("SELECT 1 FROM pg_class WHERE oid = to_regclass($1)", table)
      : await one(
          "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped",
          ...[table, column],
        );
  return found !== undefined;
}
