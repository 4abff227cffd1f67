/** All or nothing, for what a database is asked beside the store's own transactions: when it is made, and of scratch files. */
import type { DatabaseSync } from "node:sqlite";

/** Throws what `act`, or the commit, throws; nothing of it has happened then. */
export function inTransaction<T>(db: DatabaseSync, act: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = act();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/** Never throws: a full disk, and some other errors, have rolled back already. */
export function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // the error that came before says what is wrong
  }
}
