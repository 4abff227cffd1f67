/** Writes all of `-wal` into the file and cuts it, where nobody reads from it. */
import type { DatabaseSync } from "node:sqlite";

/** True when the log is empty afterwards. Waits for nobody: callbacks would wait with it. */
export function emptyLog(db: DatabaseSync): boolean {
  const before = Number(Object.values(db.prepare("PRAGMA busy_timeout").get() ?? {})[0] ?? 0);
  try {
    db.exec("PRAGMA busy_timeout = 0");
    return db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0;
  } finally {
    db.exec(`PRAGMA busy_timeout = ${before}`);
  }
}
