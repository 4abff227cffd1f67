/** Why a store cannot be opened, in words for people: the place, the fault, the way out. */

import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileTrouble } from "../../basics/durable.ts";
import { codeOf } from "../../basics/error-code.ts";
import { errorWords } from "../../basics/error-words.ts";
import { realFile } from "../../basics/real-file.ts";
import { lockFile } from "./lock.ts";

/** What only another release, or another configuration, cures. */
export function isNewerSchema(error: unknown): boolean {
  return /newer release/.test(errorWords(error));
}

export function openTrouble(path: string, error: unknown): Error {
  const words = errorWords(error);
  if (isNewerSchema(error)) return error as Error;
  const file = realFile(path);
  const cannot = fileFault(file) ?? besideFault(file) ?? folderFault(file, words) ?? diskFault(words);
  if (cannot !== undefined) {
    const { at = path, ...fault } = cannot;
    return fileTrouble("the store", at, "storage.url", Object.assign(new Error(words), fault));
  }
  if (/is locked/.test(words)) {
    const todo = "end what holds it (an open sqlite3, a copy that hangs); the bridge goes on by itself then";
    return new Error(`${path} is locked by another process: ${todo}`, { cause: error });
  }
  if (/not a database/.test(words)) {
    return new Error(`${path} is no SQLite database; name another file (storage.url)`, { cause: error });
  }
  if (/malformed/.test(words)) {
    const todo =
      "stop the bridge and `restore` a backup; or move it away, with its -wal and -shm, and restart, to begin anew";
    return new Error(`${path} is damaged (${words}): ${todo}`, { cause: error });
  }
  return error instanceof Error ? error : new Error(words);
}

/** The same of its lock, which holds nothing. */
export function lockTrouble(path: string, error: unknown): Error {
  const file = lockFile(path);
  const words = errorWords(error);
  const fault = fileFault(realFile(path)) === undefined && statSync(file, { throwIfNoEntry: false }) && fileFault(file);
  if (!fault && !/not a database/.test(words)) return openTrouble(path, error);
  const why = fault ? (OF_LOCKS[fault.code] ?? fault.code) : words;
  const todo = "remove it while no bridge serves the store: it is made anew";
  return new Error(`${file} cannot be locked (${why}), as it must be to serve the store: ${todo}`, { cause: error });
}

const OF_LOCKS: Readonly<Record<string, string>> = {
  EACCES: "permission denied: it is another user's",
  EPERM: "permission denied: it is another user's",
  EISDIR: "it is a folder",
};

/** The same of a store that is served. What it refused for anything else stays as it is. */
export function servedTrouble(path: string, error: unknown): unknown {
  return OF_FILES.test(errorWords(error)) ? openTrouble(path, error) : error;
}

/** https://sqlite.org/rescode.html, in the words of `sqlite3_errstr` */
const OF_FILES =
  /^(attempt to write a readonly database|database or disk is full|disk I\/O error|unable to open database file|database is locked|database disk image is malformed|file is not a database)$/;

/** What SQLite says of a disk. */
function diskFault(words: string): Fault | undefined {
  const [, code] = OF_DISKS.find(([said]) => said.test(words)) ?? [];
  return code === undefined ? undefined : { code };
}

const OF_DISKS: readonly (readonly [RegExp, string])[] = [
  [/readonly database|read-only/i, "EROFS"],
  [/disk is full/, "ENOSPC"],
  [/disk I\/O error/, "EIO"],
];

interface Fault {
  readonly code: string;
  /** Where it is something beside the file. */
  readonly at?: string;
}

/** SQLite's own files, which another user may have left. */
function besideFault(path: string): Fault | undefined {
  for (const at of [`${path}-wal`, `${path}-shm`]) {
    const fault = existsSync(at) ? fileFault(at) : undefined;
    if (fault !== undefined) return { ...fault, at };
  }
  return undefined;
}

/** What the file system has against it; SQLite says "unable to open database file" to nearly all. */
function fileFault(path: string): Fault | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      const found = statSync(at, { throwIfNoEntry: false });
      if (found === undefined && at !== dirname(at)) continue;
      if (found?.isDirectory() !== (at !== path)) return { code: at === path ? "EISDIR" : "ENOTDIR" };
      accessSync(at, at === path ? constants.R_OK | constants.W_OK : constants.W_OK | constants.X_OK);
      // the files beside it are made in its folder
      if (at === path) accessSync(dirname(at), constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      return { code: codeOf(error) };
    }
  }
}

/** Rights say nothing about a volume that is read-only, on Deno at least: tried by making something there. */
function folderFault(path: string, words: string): Fault | undefined {
  if (!/unable to open/.test(words)) return undefined;
  try {
    rmdirSync(mkdtempSync(join(dirname(path), ".probe-")));
    return undefined;
  } catch (error) {
    return { code: codeOf(error) };
  }
}
