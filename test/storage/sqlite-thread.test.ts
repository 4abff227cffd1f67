/** The store as a bridge serves it: the whole contract, through a thread of its own. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { storageFrom } from "../../src/storage/dispatch.ts";
import { openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { type CallThread, startCalls } from "../../src/storage/sqlite/calls.ts";
import { readersOf } from "../../src/storage/sqlite/readers.ts";
import { askStore, openSqliteThread, type ThreadData } from "../../src/storage/sqlite/thread.ts";
import { storageSuite } from "./suite.ts";

async function inFolder<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-thread-"));
  try {
    return await use(join(folder, "bridge.db"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-thread-"));
const file = join(folder, "bridge.db");
let thread: CallThread;
before(async () => {
  thread = await startCalls<ThreadData>({
    entry: "test/storage/thread-of-stores.ts",
    data: { path: file, inspectMs: undefined, create: true, readers: readersOf(file) },
    name: "the thread of stores",
    onEnd: () => undefined,
  });
});
after(async () => {
  await thread.end();
  await rm(folder, { recursive: true });
});

storageSuite("sqlite in a thread", { advance: false, reopen: false }, async () => {
  await thread.ask("open", []);
  const storage = storageFrom({
    ...{ description: `sqlite ${file}`, shared: false, ask: (name, args) => askStore(thread, name, args) },
    close: async () => void (await thread.ask("close", [])),
  });
  const questions = openQuestionsBeside({ url: `sqlite:${file}`, schema: "", prepare: true }, storage);
  return {
    storage,
    questions,
    async close() {
      await questions.close();
      await storage.close();
      for (const name of await readdir(folder)) await rm(join(folder, name));
    },
  };
});

describe("a store in a thread of its own", () => {
  it("refuses alone what cannot be sent to it, whatever else is asked within the same turn", async () => {
    await thread.ask("open", []);
    const ended = await Promise.allSettled([1, 1n, 1].map((limit) => thread.ask("unread", [limit])));
    assert.deepEqual(
      ended.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    await thread.ask("close", []);
  });

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
