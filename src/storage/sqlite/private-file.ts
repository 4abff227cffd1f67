/** A store holds user ids and raw callbacks: nobody but its owner may read it. */
import { chownSync, closeSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
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

/**
 * Root acts for whom the store belongs to (`sudo`, `docker exec -u root`), who must be able to use what is made then; as SQLite does with its log.
 * @param file new
 * @param store where there is none, who owns its folder
 */
export function giveToOwner(file: string, store: string): void {
  try {
    const { uid, gid } = statSync(store, { throwIfNoEntry: false }) ?? statSync(dirname(store));
    chownSync(file, uid, gid);
  } catch {
    // not root, and it need not be: then it is whose it should be, or can be nobody else's
  }
}
