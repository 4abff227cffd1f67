import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { emptyLog } from "../../../src/storage/sqlite/guard/empty-log.ts";

/** Milliseconds; a test that waits for so long has failed. */
const AN_HOUR = 3_600_000;

describe("a store's log", () => {
  it("is emptied where nobody reads from it; else nobody is waited for, and the store waits for others as before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-log-"));
    const path = join(folder, "bridge.db");
    const db = new DatabaseSync(path);
    db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA busy_timeout = ${AN_HOUR}; CREATE TABLE users (id); INSERT INTO users VALUES (1)`,
    );
    const reader = new DatabaseSync(path, { readOnly: true });
    try {
      reader.exec("BEGIN");
      reader.prepare("SELECT * FROM users").all();
      db.exec("INSERT INTO users VALUES (2)");
      assert.equal(emptyLog(db), false);
      assert.deepEqual(Object.values(db.prepare("PRAGMA busy_timeout").get() ?? {}), [AN_HOUR]);
      reader.exec("COMMIT");
      assert.equal(emptyLog(db), true);
      assert.equal((await stat(`${path}-wal`)).size, 0);
    } finally {
      reader.close();
      db.close();
      await rm(folder, { recursive: true });
    }
  });
});
