/**
 * Notices changes of the configuration and the files that it depends on: saves in place, saves by renaming, and Kubernetes,
 * which swaps a link to a whole folder. The file system's own notices are fast but not reliable (network volumes, swapped
 * links), so a slow poll makes sure; where there are none, a faster one does alone.
 */
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { type Digests, digestOfFile } from "./digest.ts";
import { HAS_NOTICES, openFolderWatch } from "./folder-watch.ts";
import { startLooking } from "./looking.ts";

export interface WatchOptions {
  /** Milliseconds of silence after a notice; editors write in several steps. */
  readonly quietMs?: number;
  /** Milliseconds between looks without a notice. */
  readonly pollMs?: number;
}

export interface ConfigWatch {
  /** Watches these files from now on: a reload may have changed what the configuration depends on. */
  use(files: Digests): void;
  close(): void;
}

const POLL_MS = HAS_NOTICES ? 5_000 : 1_000;

/**
 * Calls `onChange` when the content of one of these files is another than when it was read; a file that vanished counts as
 * changed. One call at a time: what changes meanwhile is noticed afterwards. `onChange` must not reject.
 * @param files with their digests as they were read: a change between reading and watching is none that is missed
 */
export function watchFiles(
  files: Digests,
  onChange: () => void | Promise<void>,
  { quietMs = 200, pollMs = POLL_MS }: WatchOptions = {},
): ConfigWatch {
  let known = files;
  let isClosed = false;

  /** Whether another list of files has come meanwhile. */
  async function look(): Promise<boolean> {
    const before = known;
    const now = await digestsOf(before);
    const isChanged = !isClosed && differ(before, now);
    if (isChanged) {
      known = now;
      await onChange();
    }
    await followFolders();
    return known !== (isChanged ? now : before);
  }

  async function followFolders(): Promise<void> {
    const found = await foldersOf([...known.keys()]);
    if (!isClosed) folders.use(found);
  }

  // what changed before the folders were watched is seen by its first look
  const looking = startLooking({ look, soonMs: quietMs, laterMs: pollMs });
  const folders = openFolderWatch(looking.notice);
  void followFolders();
  return {
    use(next) {
      known = next;
    },
    close() {
      isClosed = true;
      looking.stop();
      folders.close();
    },
  };
}

function differ(before: Digests, now: Digests): boolean {
  return [...before].some(([file, digest]) => now.get(file) !== digest);
}

async function digestsOf(files: Digests): Promise<Digests> {
  const entries = [...files.keys()].map(async (file) => [file, await digestOfFile(file)] as const);
  return new Map(await Promise.all(entries));
}

/** Folders in which a name would change: those of the files, and those that links lead to. */
async function foldersOf(files: readonly string[]): Promise<ReadonlySet<string>> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  return new Set([...files, ...real].map((file) => dirname(file)));
}
