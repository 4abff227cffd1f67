/** SQLite keeps the storage contract, in memory and on disk. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openQuestions, openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { storageSuite } from "./suite.ts";
import { changeState, HOUR, register, WHY } from "./suite-support.ts";

// the same database on disk, and in a thread, is tried on both runtimes
storageSuite("sqlite in memory", { advance: true, reopen: false, onDeno: [] }, async () => {
  let at = Date.now();
  const storage = openSqlite({ path: ":memory:", now: () => at });
  return {
    storage,
    questions: openQuestionsBeside({ url: "sqlite::memory:", schema: "", prepare: true }, storage),
    advance(ms) {
      at += ms;
    },
    close: () => storage.close(),
  };
});

storageSuite("sqlite on disk", { advance: true, reopen: true }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-sqlite-"));
  let at = Date.now();
  const open = () => openSqlite({ path: join(folder, "bridge.db"), now: () => at });
  let storage = open();
  const questions = await openQuestions({ url: `sqlite:${join(folder, "bridge.db")}`, schema: "", prepare: true });
  return {
    storage,
    questions,
    advance(ms) {
      at += ms;
    },
    async reopen() {
      await storage.close();
      storage = open();
      return storage;
    },
    async close() {
      await questions.close();
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe("a SQLite store", () => {
  it("looks at the clock once for a state and its probe, though time goes on between two looks", async () => {
    let at = Date.now();
    const storage = openSqlite({ path: ":memory:", now: () => at++ });
    await register(storage);
    const state = { status: "paused", cause: "credentials", reason: WHY, failures: 2, told: true } as const;
    await changeState(storage, { state, probeInMs: HOUR });
    const row = await storage.connector("crm");
    assert.equal((row?.probeAt ?? 0) - (row?.since ?? 0), HOUR);
    await storage.close();
  });

  it("syncs what was promised, also right after and together with what needs no sync", async (t) => {
    const exec = DatabaseSync.prototype.exec;
    let synchronous = "";
    const commits: string[] = [];
    t.mock.method(DatabaseSync.prototype, "exec", function (this: DatabaseSync, sql: string) {
      synchronous = /^PRAGMA synchronous = (\w+)/.exec(sql)?.[1] ?? synchronous;
      if (sql === "COMMIT") commits.push(synchronous);
      return exec.call(this, sql);
    });
    const storage = openSqlite({ path: ":memory:" });
    commits.length = 0;
    await storage.count({ seen: 1 });
    await storage.accept({ callbacks: [], quarantine: [] });
    await storage.count({ seen: 1 });
    await Promise.all([storage.count({ seen: 1 }), storage.accept({ callbacks: [], quarantine: [] })]);
    await register(storage);
    assert.deepEqual(commits, ["NORMAL", "FULL", "NORMAL", "FULL", "FULL"]);
    await storage.close();
  });

  it("remembers whom a destination put off though an older release writes the connector's condition whole", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-sqlite-"));
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path });
    await register(storage);
    await changeState(storage, { state: { putOff: [{ event: 1, reason: WHY }] } });
    const older = new DatabaseSync(path);
    const state = JSON.stringify({ status: "backing_off", failures: 1, told: false, held: [] });
    older.prepare("UPDATE connectors SET state = ?, version = version + 1").run(state);
    older.close();
    const row = await storage.connector("crm");
    assert.deepEqual([row?.state.status, row?.state.putOff?.length], ["backing_off", 1]);
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  it("answers no ping while it can be read and not written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-sqlite-"));
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path, busyTimeoutMs: 0 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(storage.ping(), /locked/);
    assert.deepEqual(await storage.unread(1), []);
    other.exec("ROLLBACK");
    await storage.ping();
    other.close();
    await storage.close();
    rmSync(folder, { recursive: true });
  });
});
