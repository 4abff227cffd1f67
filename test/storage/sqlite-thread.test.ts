/** The store as a bridge serves it: the whole contract, through a thread of its own. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { openSqliteThread } from "../../src/storage/sqlite/thread.ts";
import { storageSuite } from "./suite.ts";

async function inFolder<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-thread-"));
  try {
    return await use(join(folder, "bridge.db"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

storageSuite("sqlite in a thread", { advance: false, reopen: false }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-thread-"));
  const storage = await openSqliteThread({ path: join(folder, "bridge.db") });
  const questions = openQuestionsBeside(
    { url: `sqlite:${join(folder, "bridge.db")}`, schema: "", prepare: true },
    storage,
  );
  return {
    storage,
    questions,
    async close() {
      await questions.close();
      await storage.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe("a store in a thread of its own", () => {
  it("says what the database promises for a commit", () =>
    inFolder(async (path) => {
      const said: unknown[] = [];
      const storage = await openSqliteThread({ path, onOpen: (durability) => said.push(durability) });
      await storage.close();
      assert.deepEqual(said, [{ journalMode: "wal", synchronous: "full" }]);
    }));

  it("is not opened when the file is no database, and says why", () =>
    inFolder(async (path) => {
      await writeFile(path, "this is no database, though it is long enough to be looked at ".repeat(20));
      await assert.rejects(openSqliteThread({ path }), /not a database/);
    }));

  it("answers in the words of the store when it cannot do something", () =>
    inFolder(async (path) => {
      const storage = await openSqliteThread({ path });
      await assert.rejects(storage.take("nobody", 1, 1, 1_000), /there is no connector "nobody"/);
      await storage.close();
      await assert.rejects(storage.ping(), /the store is closed/);
      await storage.close();
    }));
});
