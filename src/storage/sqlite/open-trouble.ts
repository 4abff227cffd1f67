/** Why a store cannot be opened, in words for people: the place, the fault, the way out. */

import { accessSync, constants, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileTrouble } from "../../basics/durable.ts";
import { codeOf } from "../../basics/error-code.ts";
import { errorWords } from "../../basics/error-words.ts";

/** What only another release, or another configuration, cures. */
export function isNewerSchema(error: unknown): boolean {
  return /newer release/.test(errorWords(error));
}

export function openTrouble(path: string, error: unknown): Error {
  const words = errorWords(error);
  if (isNewerSchema(error)) return error as Error;
  const cannot = fileFault(path) ?? folderFault(path, words) ?? (READ_ONLY.test(words) ? { code: "EROFS" } : undefined);
  if (cannot !== undefined)
    return fileTrouble("the store", path, "storage.url", Object.assign(new Error(words), cannot));
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

const READ_ONLY = /readonly database|read-only/i;

/** What the file system has against it; SQLite says "unable to open database file" to nearly all. */
function fileFault(path: string): { readonly code: string } | undefined {
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
function folderFault(path: string, words: string): { readonly code: string } | undefined {
  if (!/unable to open/.test(words)) return undefined;
  try {
    rmdirSync(mkdtempSync(join(dirname(path), ".probe-")));
    return undefined;
  } catch (error) {
    return { code: codeOf(error) };
  }
}
