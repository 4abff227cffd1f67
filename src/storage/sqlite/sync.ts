/**
 * Syncing a file beside the event loop: SQLite itself would let everything wait for the disk. While one sync is under way,
 * the next group of callbacks is read and written; what was written meanwhile shares the next sync.
 */
import { close, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";

export interface Syncer {
  /** Resolves when all that was written before the call is on disk; rejects when the disk fails. */
  sync(): Promise<void>;
  /** The file may be another one from now on. */
  release(): void;
}

const datasync = promisify(fdatasync);

/** The file need not exist before the first sync. */
export function openSyncer(file: string): Syncer {
  let handle: number | undefined;
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;

  function start(): Promise<void> {
    const work = syncNow().finally(() => {
      running = undefined;
    });
    running = work;
    return work;
  }

  async function syncNow(): Promise<void> {
    handle ??= openSync(file, "r+");
    await datasync(handle);
  }

  return {
    sync() {
      if (running === undefined && following === undefined) return start();
      // the one under way may have begun before the latest write
      following ??= (running ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => {
          following = undefined;
          return start();
        });
      return following;
    },
    release() {
      const old = handle;
      handle = undefined;
      if (old === undefined) return;
      void (running ?? Promise.resolve()).catch(() => undefined).then(() => close(old));
    },
  };
}
