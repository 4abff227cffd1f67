/** The query with which README finds one's own number for `no_callbacks_for`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { callbackOf } from "../storage/suite-support.ts";

const HOUR = 3_600_000;

describe("one's own number for `no_callbacks_for`", () => {
  it("is found by the query of README: the longest time between two callbacks, by app", async () => {
    const [, query = ""] =
      /```sql\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, "../../README.md"), "utf8")) ?? [];
    assert.match(query, /lag\(received_at\)/);
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-own-number-"));
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path });
    const callbacks = [0, 1, 4, 4.5].map((hour) => callbackOf(`${hour}`, { receivedAt: hour * HOUR }));
    await storage.accept({ callbacks: [...callbacks, callbackOf("x", { app: "1", receivedAt: 0 })], quarantine: [] });
    await storage.close();
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db.prepare(query).all();
    db.close();
    assert.deepEqual(
      rows.map(({ app, hours }) => [app, hours]),
      [
        ["1", null],
        ["1400000000", 3],
      ],
    );
    await rm(folder, { recursive: true });
  });
});
