/** The file system's notices of changes in folders: fast, and not to be relied upon. */
import { type FSWatcher, watch } from "node:fs";

export interface FolderWatch {
  /** Watches these folders from now on, and no others. One that cannot be watched is tried again at the next call. */
  use(folders: ReadonlySet<string>): void;
  close(): void;
}

/**
 * Deno (seen with 2.9.6) opens each file that has changed and closes it again. A process that closes any descriptor of a file loses all
 * locks that it holds on it (fcntl(2)), and a store may lie in such a folder: the next command would make its index anew under us.
 */
export const HAS_NOTICES = !("Deno" in globalThis);

/** @param onNotice something has changed in one of the folders, or may have; never called where there are no notices to be had */
export function openFolderWatch(onNotice: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  const leave = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    use(folders) {
      for (const folder of [...watchers.keys()]) if (!folders.has(folder)) leave(folder);
      for (const folder of folders) {
        const watcher = watchers.has(folder) ? undefined : watcherOf(folder, onNotice);
        if (watcher === undefined) continue;
        watchers.set(folder, watcher);
        // the folder was removed
        watcher.on("error", () => leave(folder));
      }
    },
    close() {
      for (const folder of [...watchers.keys()]) leave(folder);
    },
  };
}

/** Undefined where there is no such folder, or the system has no notices, or none left. */
function watcherOf(folder: string, onNotice: () => void): FSWatcher | undefined {
  if (!HAS_NOTICES) return undefined;
  try {
    return watch(folder, { persistent: false }, onNotice);
  } catch {
    return undefined;
  }
}
