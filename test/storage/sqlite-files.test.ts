/** How much room a SQLite store takes on its disk. */
import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openLogWatch } from "../../src/storage/sqlite/guard/log-watch.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import type { Note } from "../../src/storage/sqlite/note.ts";
import { callbackOf } from "./suite-support.ts";

async function inFolder(act: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-files-"));
  try {
    await act(join(folder, "bridge.db"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const MIB = 1024 * 1024;

/** Callbacks of a mebibyte, all of them read: nothing holds them but their retention. */
async function fill(storage: Storage, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await storage.accept({ callbacks: [{ ...callbackOf(`${n}`), body: new Uint8Array(MIB).fill(n) }], quarantine: [] });
  }
  for (let unread = await storage.unread(count); unread.length > 0; unread = await storage.unread(count)) {
    await storage.expand(unread.map(({ seq }) => ({ callback: seq, events: [], quarantine: [] })));
  }
}

/** Returns how many batches it took. */
async function pruneAll(storage: Storage): Promise<number> {
  const limits = { retentionMs: null, rawRetentionMs: -60_000, quarantineBytes: 1e9 };
  for (let batches = 1; ; batches += 1) if (!(await storage.prune(limits)).more) return batches;
}

async function sizeOf(path: string): Promise<number> {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return (await stat(path)).size;
}

describe("a store whose rows were pruned", () => {
  it("gives the disk back what they took, in bounded steps", () =>
    inFolder(async (path) => {
      const storage = openSqlite({ path });
      await fill(storage, 20);
      const full = await sizeOf(path);
      assert.ok(full > 20 * MIB);
      assert.ok((await pruneAll(storage)) > 5, "not all at once: intake would feel it");
      assert.ok((await sizeOf(path)) < full / 4, `${await sizeOf(path)} of ${full}`);
      await storage.close();
    }));

  it("stays as it is when an older release has made it, and works", () =>
    inFolder(async (path) => {
      const made = new DatabaseSync(path);
      made.exec("PRAGMA journal_mode = WAL; CREATE TABLE first (x); DROP TABLE first");
      made.close();
      const storage = openSqlite({ path });
      await fill(storage, 5);
      const full = await sizeOf(path);
      await pruneAll(storage);
      assert.equal(await sizeOf(path), full);
      await storage.close();
    }));
});

describe("a store that must be there", () => {
  it("is not made where it is missing", () =>
    inFolder(async (path) => {
      assert.throws(() => openSqlite({ path, create: false }), /not there any more/);
      await assert.rejects(stat(path));
    }));
});

describe("the log of a store", () => {
  it("is warned of while a forgotten reader makes it grow, and shrinks when that ends", () =>
    inFolder(async (path) => {
      const notes: Note[] = [];
      const storage = openSqlite({ path, watch: { note: (note) => notes.push(note) } });
      const reader = new DatabaseSync(path);
      reader.exec("BEGIN");
      reader.prepare("SELECT count(*) FROM callbacks").get();
      await fill(storage, 80);
      assert.deepEqual(
        notes.map(({ level, fact }) => [level, fact]),
        [["warn", "store.log_large"]],
      );
      assert.match(String(notes[0]?.todo), /sqlite3/);
      assert.ok((await stat(`${path}-wal`)).size > 64 * MIB);
      reader.close();
      await fill(storage, 2);
      assert.ok((await stat(`${path}-wal`)).size < 33 * MIB, "a checkpoint begins it anew, and cuts it");
      await storage.close();
    }));

  it("is asked to shrink once in ten seconds, and waits for nobody", () =>
    inFolder(async (path) => {
      let now = 0;
      const notes: Note[] = [];
      openSqlite({ path }).close();
      const [db, reader] = [new DatabaseSync(path), new DatabaseSync(path)];
      db.exec("PRAGMA busy_timeout = 600000; INSERT INTO counters VALUES ('a', 1)");
      reader.exec("BEGIN");
      reader.prepare("SELECT * FROM counters").get();
      db.exec("INSERT INTO counters VALUES ('b', 1)");
      const watch = openLogWatch({ path, note: (note) => notes.push(note), elapsed: () => now, largeBytes: 1 });
      watch.see(db, 2);
      watch.see(db, 2);
      now += 10_001;
      watch.see(db, 2);
      assert.equal(notes.length, 1, "said once in ten minutes");
      now += 600_000;
      watch.see(db, 2);
      assert.equal(notes.length, 2);
      assert.equal(db.prepare("PRAGMA busy_timeout").get()?.timeout, 600_000);
      reader.close();
      db.close();
    }));
});
