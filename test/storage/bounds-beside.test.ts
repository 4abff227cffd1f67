/** The quarantine's bounds hold although a machine of 0.1.0, which knows none, writes beside this release. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { postgresServer } from "./postgres-support.ts";
import { entryOf } from "./suite-support.ts";

const withMachines = postgresServer();

const COLUMNS = "(id, app, command, platform, client_ip, received_at, body, fault, size)";
const values = (id: string, body: string) => `('${id}', '1400000000', 'c', 'iOS', '', 1, ${body}, 'f', 1000)`;

/** Old entries and one that is new: of 3 × 1,256 bytes the new one leaves room for two. */
async function assertBounded(storage: Storage, before: readonly string[]): Promise<void> {
  const entry = entryOf("new", { body: new Uint8Array(1_000), size: 1_000 });
  const { dropped } = await storage.accept({ callbacks: [], quarantine: [entry] }, { quarantineBytes: 3 * 1_256 });
  const kept = (await storage.quarantined({ limit: 10 })).map(({ id }) => id);
  assert.deepEqual(kept, [...before.slice(-2), "new"]);
  assert.equal(dropped, before.length - 2);
}

describe("what 0.1.0 writes to the quarantine is counted", () => {
  it("in SQLite", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path });
    const beside = new DatabaseSync(path);
    try {
      for (const id of ["a", "b", "c", "d"]) {
        beside.exec(
          `INSERT INTO quarantine ${COLUMNS} VALUES ${values(id, "zeroblob(1000)")} ON CONFLICT (id) DO NOTHING`,
        );
      }
      beside.exec("DELETE FROM quarantine WHERE id = 'b'");
      await assertBounded(storage, ["a", "c", "d"]);
    } finally {
      beside.close();
      await storage.close();
      await rm(folder, { recursive: true });
    }
  });

  it(
    "in PostgreSQL",
    withMachines(async ({ open, sql, schema }) => {
      const storage = await open();
      const body = "convert_to(repeat('x', 1000), 'UTF8')";
      for (const id of ["a", "b", "c", "d"]) {
        await sql(`INSERT INTO ${schema}.quarantine ${COLUMNS} VALUES ${values(id, body)} ON CONFLICT (id) DO NOTHING`);
      }
      await sql(`DELETE FROM ${schema}.quarantine WHERE id = 'b'`);
      await assertBounded(storage, ["a", "c", "d"]);
    }),
  );
});
