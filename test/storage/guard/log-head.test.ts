import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { type LogHead, openLogHead } from "../../../src/storage/sqlite/guard/log-head.ts";

const LENGTH = 4_096;

/** A log that begins so. */
const begins = (magic: number): Buffer => {
  const log = Buffer.alloc(LENGTH);
  log.writeUInt32BE(magic);
  return log;
};

async function inFolder(act: (log: string, head: LogHead) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-log-head-"));
  const head = openLogHead(join(folder, "bridge.db"));
  try {
    await act(join(folder, "bridge.db-wal"), head);
  } finally {
    head.forget();
    await rm(folder, { recursive: true });
  }
}

describe("the head of a store's log", () => {
  it("is there in each log of SQLite's, whichever machine wrote it, and in nothing else", () =>
    inFolder(async (log, head) => {
      for (const [magic, isGone] of [
        [0x377f0682, false],
        [0x377f0683, false],
        [0x377f0684, true],
        [0, true],
      ] as const) {
        await writeFile(log, begins(magic));
        assert.equal(head.isGone(LENGTH), isGone, magic.toString(16));
      }
    }));

  it("is found in what SQLite writes", () =>
    inFolder(async (log, head) => {
      const db = new DatabaseSync(log.replace(/-wal$/, ""));
      db.exec("PRAGMA journal_mode = WAL; CREATE TABLE users (id)");
      assert.equal(head.isGone(LENGTH), false);
      db.close();
    }));

  it("is not missed where there is no log, or none that long, or one that was just cut", () =>
    inFolder(async (log, head) => {
      assert.equal(head.isGone(LENGTH), false);
      await writeFile(log, "short");
      assert.deepEqual([head.isGone(0), head.isGone(LENGTH)], [false, false]);
    }));

  it("is looked for in the log that lies there once the store was opened anew, and until then in the one that was", () =>
    inFolder(async (log, head) => {
      await writeFile(log, begins(0x377f0682));
      assert.equal(head.isGone(LENGTH), false);
      await rename(log, `${log}.elsewhere`);
      await writeFile(log, begins(0));
      assert.equal(head.isGone(LENGTH), false);
      head.forget();
      assert.equal(head.isGone(LENGTH), true);
    }));
});
