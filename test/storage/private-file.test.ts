/** Who may read a store. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, it } from "node:test";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { createPrivately } from "../../src/storage/sqlite/private-file.ts";

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-private-"));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const modesIn = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`);

describe("the files of a new store", () => {
  it("are their owner's alone: everybody could read who unsubscribed", () => {
    const folder = newFolder();
    const path = join(folder, "bridge.db");
    createPrivately(path);
    const db = new DatabaseSync(path);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    assert.deepEqual(modesIn(folder), ["bridge.db 600", "bridge.db-shm 600", "bridge.db-wal 600"]);
    db.close();
  });

  it("are the lock's as well", async () => {
    const folder = newFolder();
    const lock = await lockStore(join(folder, "bridge.db"));
    const modes = modesIn(folder);
    assert.ok(modes.length >= 2);
    assert.deepEqual(
      modes.filter((mode) => !mode.endsWith(" 600")),
      [],
    );
    lock.release();
  });

  it("keep the mode that a person chose, and their contents", () => {
    const folder = newFolder();
    const path = join(folder, "bridge.db");
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE kept (x)");
    db.close();
    chmodSync(path, 0o640);
    createPrivately(path);
    assert.deepEqual(modesIn(folder), ["bridge.db 640"]);
    const again = new DatabaseSync(path);
    assert.equal(again.prepare("SELECT count(*) AS n FROM kept").get()?.n, 0);
    again.close();
  });

  it("are left to SQLite where there can be none", () => {
    createPrivately(":memory:");
    createPrivately(join(newFolder(), "no such folder", "bridge.db"));
  });
});
