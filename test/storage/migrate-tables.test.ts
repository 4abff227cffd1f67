/** Whoever adds a table or a column to the SQLite store says whether it moves to PostgreSQL. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { ONLY_THERE, STAYS, TABLES } from "../../src/storage/migrate/tables.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { postgresServer } from "./postgres-support.ts";

const withMachines = postgresServer();

/** The tables of a new SQLite store, each with its columns. */
async function schemaOfSqlite(): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = mkdtempSync(join(tmpdir(), "migrate-tables-"));
  try {
    const path = join(folder, "bridge.db");
    await openSqlite({ path }).close();
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db
      .prepare(
        `SELECT t.name AS name, c.name AS column FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid`,
      )
      .all();
    db.close();
    const byTable = Map.groupBy(rows, ({ name }) => String(name));
    return new Map([...byTable].map(([name, columns]) => [name, columns.map(({ column }) => String(column))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("what moves to PostgreSQL", () => {
  it("is said of every table and column of a SQLite store", async () => {
    const undecided = [...(await schemaOfSqlite())].flatMap(([name, columns]) => {
      if (name in STAYS) return [];
      const table = TABLES.find((one) => one.name === name);
      if (table === undefined) return [name];
      const isDecided = (column: string) => column in table.columns || `${name}.${column}` in STAYS;
      return columns.filter((column) => !isDecided(column)).map((column) => `${name}.${column}`);
    });
    assert.deepEqual(undecided, [], "add it to TABLES or to STAYS in src/storage/migrate/tables.ts");
  });

  it(
    "is known of every table of a PostgreSQL store",
    withMachines(async (machines) => {
      await machines.open();
      const tables = await machines.sql(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${machines.schema}'`,
      );
      const decided = new Set([...TABLES.map(({ name }) => name), ...Object.keys({ ...STAYS, ...ONLY_THERE })]);
      const undecided = tables.map(({ name }) => String(name)).filter((name) => !decided.has(name));
      assert.deepEqual(undecided, [], "add it to a list in src/storage/migrate/tables.ts");
      assert.ok(tables.length > TABLES.length);
    }),
  );

  it("is there, and stands in one list only", async () => {
    const schema = await schemaOfSqlite();
    const moved = TABLES.flatMap(({ name, columns }) => Object.keys(columns).map((column) => `${name}.${column}`));
    const all = new Set(
      [...schema].flatMap(([name, columns]) => [name, ...columns.map((column) => `${name}.${column}`)]),
    );
    assert.deepEqual(
      [...moved, ...Object.keys(STAYS)].filter((name) => !all.has(name)),
      [],
    );
    const both = [...TABLES.map(({ name }) => name), ...moved].filter((name) => name in STAYS);
    assert.deepEqual(both, []);
  });
});
