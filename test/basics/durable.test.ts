import assert from "node:assert/strict";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { openDeadLetterFile } from "../../src/dead-letters/file.ts";
import { filesOf, inFolder, intake, taker } from "../spool/spool-support.ts";

const anyFile = await openFile(import.meta.filename);
const handles: Pick<FileHandle, "sync"> = Object.getPrototypeOf(anyFile);
const { sync } = handles;
await anyFile.close();

/** Runs before every sync of a file or folder: no test can cut the power, but it can see and fail what guards against that. */
function beforeSync(act: (isFolder: boolean) => void): void {
  handles.sync = async function (this: FileHandle) {
    act((await this.stat()).isDirectory());
    await sync.call(this);
  };
}

afterEach(() => {
  handles.sync = sync;
});

describe("what is promised to be on disk", () => {
  it("is synced in the spool, with the folder that names it, before the promise", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "made", "spool.jsonl"));
      const synced: string[] = [];
      beforeSync((isFolder) => synced.push(isFolder ? "folder" : "file"));
      await spool.append(intake("a"));
      assert.deepEqual(synced, ["folder", "folder", "file"], "the new folder's own folder, it itself, the file");
      await spool.append(intake("b"));
      assert.deepEqual(synced.slice(3), ["file"]);
    }));

  it("is synced once for appends that overlap", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      await spool.append(intake("first"));
      let syncs = 0;
      beforeSync(() => {
        syncs += 1;
      });
      await Promise.all(["a", "b", "c", "d"].map((text) => spool.append(intake(text))));
      assert.equal(syncs, 1);
    }));

  it("is not promised when the sync fails, and the file that failed is not used again", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a"));
      beforeSync((isFolder) => {
        if (!isFolder) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
      });
      await assert.rejects(spool.append(intake("b")), /\(the disk failed to read or write\): check the disk/);
      await assert.rejects(spool.append(intake("c")), /the disk failed/);
      handles.sync = sync;
      await spool.append(intake("d"));
      assert.deepEqual(await filesOf(path), ["spool", "spool.taking"]);
      const store = taker();
      await spool.take(store);
      assert.ok(store.got.includes("a") && store.got.includes("d"));
    }));

  it("is not promised when the folder that names it cannot be synced", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      beforeSync((isFolder) => {
        if (isFolder) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
      });
      await assert.rejects(spool.append(intake("a")), /the disk failed/);
      handles.sync = sync;
      await spool.append(intake("a"));
    }));

  it("stays in the spool until what the store refuses is on disk beside it", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("poison"));
      const store = taker();
      store.behave = () => ({ refused: [{ index: 0, why: "no" }] });
      beforeSync((isFolder) => {
        if (!isFolder) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
      });
      await assert.rejects(spool.take(store), /EIO/);
      assert.ok((await filesOf(path)).includes("spool.taking"));
      handles.sync = sync;
      await spool.take(store);
      assert.deepEqual(await filesOf(path), ["spool.refused"]);
    }));

  it("is synced once for a batch of dead letters, and written again when the sync failed", () =>
    inFolder(async (folder) => {
      const file = openDeadLetterFile(join(folder, "letters.jsonl"));
      const synced: string[] = [];
      beforeSync((isFolder) => synced.push(isFolder ? "folder" : "file"));
      await file.append(["one", "two", "three"]);
      assert.deepEqual(synced, ["folder", "file"]);
      beforeSync(() => {
        throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
      });
      await assert.rejects(file.append(["four"]), /the dead-letter file .* \(the disk failed/);
      handles.sync = sync;
      await file.append(["four"]);
      await file.close();
    }));
});
