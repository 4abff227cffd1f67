/**
 * What releases after 0.1.0 added to the tables of schema.ts: each made where it is missing, none ever changed.
 *
 * 0.1.0 refuses a store whose `user_version` is above 1, and there would be no way back. So the version stays, and additions
 * are only what it can live with: new tables, and columns that are nullable or have a default (none in `counters`, which it
 * writes without naming columns). A column on a large table costs nothing; an index on one does, and is built elsewhere.
 */
import type { DatabaseSync } from "node:sqlite";

interface Addition {
  readonly table: string;
  /** Absent: the table itself is what is added. */
  readonly column?: string;
  readonly sql: string;
}

const ADDITIONS: readonly Addition[] = [
  {
    // which store this is, wherever its file is moved to
    table: "identity",
    sql: `
      CREATE TABLE identity (id INTEGER PRIMARY KEY CHECK (id = 1), store TEXT NOT NULL) STRICT;
      INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));
    `,
  },
  // the fingerprint of the settings under which something was last delivered
  { table: "connectors", column: "taken_with", sql: "ALTER TABLE connectors ADD COLUMN taken_with TEXT" },
  // a part of the state that older releases do not know: they write the document whole
  { table: "connectors", column: "put_off", sql: "ALTER TABLE connectors ADD COLUMN put_off TEXT" },
];

/** Makes what is missing, in one transaction. */
export function addMissing(db: DatabaseSync): void {
  if (ADDITIONS.every((addition) => isThere(db, addition))) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // another process may have been faster
    for (const addition of ADDITIONS) if (!isThere(db, addition)) db.exec(addition.sql);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function isThere(db: DatabaseSync, { table, column }: Addition): boolean {
  // a table that does not exist has no columns
  const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return column === undefined ? columns.length > 0 : columns.some(({ name }) => name === column);
}
