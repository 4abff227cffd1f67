/** Files that are on disk when a promise says so, and words for people when they are not. */

import { Buffer } from "node:buffer";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./error-code.ts";

/** For files that hold people's ids: nobody but their owner reads them. */
export const PRIVATE = 0o600;

const LINE_BREAK = 0x0a;

/** What a file system says that cannot sync a folder at all (Windows): there is nothing that we could do instead. */
const CANNOT_SYNC_FOLDERS: readonly unknown[] = ["EISDIR", "EPERM"];

/** Writes all of it, wherever the file's position or append mode says, and syncs the file. */
export async function writeDurably(file: FileHandle, bytes: Uint8Array): Promise<void> {
  await writeWhole(file, bytes);
  await file.sync();
}

/** Writes all of it: a disk that becomes full takes a part, and says so only when it is asked again. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
}

/** True when the file, open for reading too, ends in a line that a crash or a full disk has left unfinished. */
export async function endsWithinLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== LINE_BREAK;
}

/** After it, files that were made, renamed or removed in this folder stay so, also when the power fails. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.includes(codeOf(error))) throw error;
  }
}

/** Makes a folder, and those that it lies in, where they are missing; durably. */
export async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true });
  if (topmost === undefined) return;
  for (let made = path; made.length >= topmost.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Of a path of which a part is a file, nothing is there either. */
const NOT_THERE: readonly unknown[] = ["ENOENT", "ENOTDIR"];

/** Resolves with undefined instead of rejecting when there is no such file or folder. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (NOT_THERE.includes(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * An error that says in plain words why a file cannot be written, and what to do.
 * @param what the file, as people call it: `the spool`
 * @param setting where its path stands in the YAML
 */
export function fileTrouble(what: string, path: string, setting: string, error: unknown): Error {
  const code = codeOf(error);
  const [why, todo] = WORDS[code] ?? [String(error), "see that the disk is well, or name another file"];
  return new Error(`${what} ${path} cannot be used (${why}): ${todo}; its path is ${setting}`, { cause: error });
}

const WORDS: Readonly<Record<string, readonly [why: string, todo: string]>> = {
  ENOSPC: ["the disk is full", "make room, or name a file on another volume"],
  EDQUOT: ["the disk quota is used up", "make room, or name a file on another volume"],
  EFBIG: ["the file may not grow any further", "raise the limit of file sizes, or move the file away"],
  EACCES: ["permission denied", "let the bridge's user write there, or name another file"],
  EPERM: ["permission denied", "let the bridge's user write there, or name another file"],
  EROFS: ["the file system is read-only", "mount it writable, or name another file"],
  ENOENT: ["its folder is not there", "mount its volume, or make the folder, or name another file"],
  EISDIR: ["it is a folder", "name a file"],
  ENOTDIR: ["a part of the path is a file, not a folder", "name another file"],
  ELOOP: ["its links lead in a circle", "name another file"],
  EIO: ["the disk failed to read or write", "check the disk, or name a file on another one"],
};
