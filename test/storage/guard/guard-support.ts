import { DatabaseSync } from "node:sqlite";
import type { StoreFiles } from "../../../src/storage/sqlite/guard/files.ts";

/** Files of a store whose inode is this; there is none where it is undefined. */
export function filesOf(inode: bigint | undefined, more: Partial<StoreFiles> = {}): StoreFiles {
  const database = inode === undefined ? undefined : { device: 1n, inode };
  return { database, log: undefined, index: undefined, modified: 0n, logBytes: 0, ...more };
}

/** A database with nothing in it, for those who only hand it on. */
export function withDatabase<T>(act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(":memory:");
  try {
    return act(db);
  } finally {
    db.close();
  }
}
