/** A store holds user ids and raw callbacks: nobody but its owner may read it. */
import { closeSync, openSync } from "node:fs";
import { realFile } from "../../basics/real-file.ts";

/**
 * Creates the file of a new database for its owner alone, before SQLite would create it for everybody; `-wal` and `-shm` get
 * the same mode from SQLite. A file that is there keeps the mode that somebody may have chosen for it. Whatever else is
 * wrong, SQLite will say when it opens the file.
 */
export function createPrivately(path: string): void {
  if (path === ":memory:") return;
  try {
    closeSync(openSync(realFile(path), "wx", 0o600));
  } catch {
    // it is there already, or cannot be
  }
}
