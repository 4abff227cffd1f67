/** A store knows no releases: what 0.1.0 wrote is read by this one, and what 0.1.0 writes fits into what this one has made. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { describe, it } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { act } from "../support/act.ts";
import { copyOf010, textOf010 } from "../support/fixtures.ts";
import { postgresServer } from "./postgres-support.ts";

const withMachines = postgresServer();

interface Statement {
  readonly sql: string;
  readonly values: readonly (SQLInputValue | { readonly base64: string })[];
}

const given = (value: Statement["values"][number]): SQLInputValue =>
  typeof value === "object" && value !== null && "base64" in value ? Buffer.from(value.base64, "base64") : value;

/** The tables and columns that a store has, and its rows. */
function contentOf(db: DatabaseSync, tables: Readonly<Record<string, readonly string[]>>): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, columns]) => {
      const rows = db.prepare(`SELECT ${columns.join(", ")} FROM ${name} ORDER BY 1, 2`).all();
      return [name, rows.map((row) => ({ ...row }))];
    }),
  );
}

function tablesOf(db: DatabaseSync): Record<string, string[]> {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  return Object.fromEntries(
    names.map(({ name }) => {
      const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(String(name));
      return [String(name), columns.map((column) => String(column.name))];
    }),
  );
}

/** What every store that 0.1.0 filled holds, whatever kind it is. */
async function assertKnown(storage: Storage): Promise<void> {
  const { connectors, unread, quarantined } = await storage.status();
  assert.deepEqual(
    connectors.map(({ name, origin, state, dead }) => [name, origin, state.cause ?? state.status, dead]).sort(),
    [
      ["analytics", "analytics", "person", 0],
      ["crm", "crm", "ready", 3],
      ["newsletter", "newsletter", "ready", 0],
      ["partner", "former_partner", "ready", 0],
    ],
  );
  assert.deepEqual([unread, quarantined.entries], [1, 5]);
  const states = (await storage.deliveries({}, { limit: 1_000 })).map(({ state }) => state);
  const counts = Map.groupBy(states, (state) => state);
  assert.deepEqual([...counts].map(([state, { length }]) => [state, length]).sort(), [
    ["dead", 3],
    ["delivered", 2],
    ["discarded", 1],
    ["skipped", 9],
    ["superseded", 1],
    ["waiting", 44],
  ]);
  assert.equal((await storage.replay({ states: ["dead"] }, act())).changed, 3);
  const claim = await storage.take("crm", 1_000, 10, 60_000);
  const users = claim.deliveries.map(({ event }) => event.user);
  for (const user of ["rejected-1", "expired-1", "unmatched-1", "waiting-1", "张伟"])
    assert.ok(users.includes(user), user);
}

describe("a SQLite store of 0.1.0", () => {
  it("is opened by this release with all that was in it", async () => {
    const left = await copyOf010();
    const storage = openSqlite({ path: left.path("data/bridge.db") });
    try {
      await assertKnown(storage);
    } finally {
      await storage.close();
      await left.close();
    }
  });

  it("is made just so by the statements of 0.1.0 on a store that this release has made: there is a way back", async () => {
    const left = await copyOf010();
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
    try {
      await openSqlite({ path: join(folder, "today.db") }).close();
      const today = new DatabaseSync(join(folder, "today.db"));
      const then = new DatabaseSync(left.path("data/bridge.db"));
      assert.equal(today.prepare("PRAGMA user_version").get()?.user_version, 1);
      for (const line of (await textOf010("statements.jsonl")).trimEnd().split("\n")) {
        const { sql, values } = JSON.parse(line) as Statement;
        today.prepare(sql).all(...values.map(given));
      }
      const tables = tablesOf(then);
      assert.deepEqual(contentOf(today, tables), contentOf(then, tables));
      today.close();
      then.close();
    } finally {
      await rm(folder, { recursive: true });
      await left.close();
    }
  });
});

describe("a PostgreSQL store of 0.1.0", () => {
  const dump = async (schema: string) => (await textOf010("postgres.sql")).replaceAll("unsub_bridge", schema);

  it(
    "is opened by this release with all that was in it",
    withMachines(async ({ open, sql, schema }) => {
      await sql(await dump(schema));
      await assertKnown(await open());
    }),
  );

  it(
    "has rows that fit as they are into tables which this release has made: there is a way back",
    withMachines(async ({ open, sql, schema }) => {
      const storage = await open();
      const rows = (await dump(schema)).split("\n").filter((line) => /^(INSERT|SELECT pg_catalog.setval)/.test(line));
      await sql(`DELETE FROM ${schema}.reading; DELETE FROM ${schema}.meta`);
      await sql(rows.join("\n"));
      await assertKnown(storage);
      const [meta] = await sql("SELECT version, compatible_from FROM meta");
      assert.deepEqual({ ...meta }, { version: 1, compatible_from: 1 });
    }),
  );
});

describe("a SQLite store that a newer release has been at", () => {
  const noted = (version: number, compatibleFrom: number) => async (use: (path: string) => void | Promise<void>) => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-newer-"));
    const path = join(folder, "bridge.db");
    await openSqlite({ path }).close();
    const db = new DatabaseSync(path);
    db.prepare("UPDATE releases SET version = ?, compatible_from = ?").run(version, compatibleFrom);
    db.close();
    try {
      await use(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const read = (path: string) => {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      return { ...db.prepare("SELECT version, compatible_from FROM releases").get() };
    } finally {
      db.close();
    }
  };

  it("and that only added to it is served, so that there is a way back", () =>
    noted(
      99,
      2,
    )(async (path) => {
      await openSqlite({ path }).close();
      assert.deepEqual(read(path), { version: 99, compatible_from: 2 });
    }));

  it("and that says there is no way back is refused, with what to do, and stays as it is", () =>
    noted(
      99,
      98,
    )((path) => {
      assert.throws(
        () => openSqlite({ path }),
        /newer release \(version 99, this one knows 2\): run that release or a newer one/,
      );
      assert.deepEqual(read(path), { version: 99, compatible_from: 98 });
    }));
});
