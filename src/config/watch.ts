/**
 * Notices changes of the configuration and the files that it depends on: saves in place, saves by renaming, and Kubernetes,
 * which swaps a link to a whole folder. The file system's own notices are fast but not reliable (network volumes, swapped
 * links), so a slow poll makes sure.
 */
import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";

export interface WatchOptions {
  /** Milliseconds of silence after a notice; editors write in several steps. */
  readonly settleMs?: number;
  /** Milliseconds between looks without a notice. */
  readonly pollMs?: number;
}

export interface ConfigWatch {
  /** Watches these files from now on: a reload may have changed what the configuration depends on. */
  use(files: readonly string[]): void;
  close(): void;
}

/**
 * Calls `onChange` when the content of one of these files is another than before; a file that vanished counts as changed.
 * One call at a time: what changes meanwhile is noticed afterwards. `onChange` must not reject.
 * @param files absolute
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void | Promise<void>,
  { settleMs = 200, pollMs = 5_000 }: WatchOptions = {},
): ConfigWatch {
  let watched = files;
  let known = hashesOf(watched, new Map());
  const folders = new Map<string, FSWatcher>();
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: Promise<void> = Promise.resolve();

  const lookIn = (ms: number) => {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => {
      looking = looking.then(look);
    }, ms);
    timer.unref?.();
  };
  const look = async () => {
    const before = await known;
    // taken before anybody reads the files anew: what changes from here on is noticed by the next look
    known = hashesOf(watched, new Map());
    const now = await known;
    if (isClosed) return;
    if (watched.some((file) => now.get(file) !== before.get(file))) await onChange();
    await watchFolders();
    lookIn(pollMs);
  };
  const watchFolders = async () => {
    const wanted = isClosed ? new Set<string>() : await foldersOf(watched);
    for (const folder of wanted) if (!folders.has(folder)) watchFolder(folder, folders, () => lookIn(settleMs));
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder) && !isClosed) continue;
      watcher.close();
      folders.delete(folder);
    }
  };

  looking = watchFolders();
  lookIn(pollMs);
  return {
    use(next) {
      watched = next;
      known = known.then((hashes) => hashesOf(next, hashes));
      looking = looking.then(watchFolders);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const watcher of folders.values()) watcher.close();
      folders.clear();
    },
  };
}

type Hashes = ReadonlyMap<string, string>;

/** By file; those that are known already are not read again. */
async function hashesOf(files: readonly string[], known: Hashes): Promise<Hashes> {
  const entries = files.map(async (file) => [file, known.get(file) ?? (await hashOf(file))] as const);
  return new Map(await Promise.all(entries));
}

async function hashOf(file: string): Promise<string> {
  const content = await readFile(file).catch(() => undefined);
  return content === undefined ? "absent" : createHash("sha256").update(content).digest("hex");
}

/** Folders in which a name would change: those of the files, and those that links lead to. */
async function foldersOf(files: readonly string[]): Promise<ReadonlySet<string>> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  return new Set([...files, ...real].map((file) => dirname(file)));
}

function watchFolder(folder: string, folders: Map<string, FSWatcher>, onNotice: () => void): void {
  try {
    const watcher = watch(folder, { persistent: false }, onNotice);
    folders.set(folder, watcher);
    // the folder was removed, or the system has no notices left: the poll goes on, and tries again
    watcher.on("error", () => {
      watcher.close();
      folders.delete(folder);
    });
  } catch {
    // as above
  }
}
