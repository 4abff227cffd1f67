/** SQLite keeps the storage contract, in memory and on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { storageSuite } from "./suite.ts";

storageSuite("sqlite in memory", { advance: true, reopen: false }, async () => {
  let at = Date.now();
  const storage = openSqlite({ path: ":memory:", now: () => at });
  return {
    storage,
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
  return {
    storage,
    advance(ms) {
      at += ms;
    },
    async reopen() {
      await storage.close();
      storage = open();
      return storage;
    },
    async close() {
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  };
});
