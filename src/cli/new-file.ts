/** Files that a command makes: they have their names once all of them is on disk, and never take the place of others. */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { access, link, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PRIVATE, syncFolder, writeWhole } from "../basics/durable.ts";
import { codeOf } from "../basics/error-code.ts";
import { shown } from "../basics/text.ts";
import { fileErrorLine } from "../config/files/error-line.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT } from "./io.ts";

/** Appends to the file. */
export type Append = (text: string) => Promise<void>;

/**
 * A file that only its owner reads. What it fails for ends the command, in words for people.
 * @param name as it was typed @param cwd what it is relative to @param fill what it comes to is returned
 */
export async function writeNewFile<T>(name: string, cwd: string, fill: (append: Append) => Promise<T>): Promise<T> {
  try {
    return await makeFile(resolve(cwd, name), PRIVATE, fill);
  } catch (error) {
    if (!(error instanceof FileFailed)) throw error;
    throw new CommandEnd(`${shown(name)} cannot be written: ${fileErrorLine(error.cause)}`, EXIT.notWell);
  }
}

/** Why there is no file: its `cause`. What `fill` throws by itself is none of these. */
export class FileFailed extends Error {}

const failed = (cause: unknown): never => {
  throw new FileFailed("the file cannot be written", { cause });
};

/** Rejects with `FileFailed`, or as `fill` does; nothing is left then. */
export async function makeFile<T>(path: string, mode: number, fill: (append: Append) => Promise<T>): Promise<T> {
  // half of it must not be taken for all of it: not while it is written, and not after a kill
  const part = `${path}.part-${randomUUID()}`;
  await insistOnNew(path).catch(failed);
  const file = await open(part, "wx", mode).catch(failed);
  try {
    const result = await fill((text) => writeWhole(file, Buffer.from(text)).catch(failed));
    await file.sync().catch(failed);
    await giveName(part, path).catch(failed);
    return result;
  } finally {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
  }
}

/** It may hold the only copy of something. */
async function insistOnNew(path: string): Promise<void> {
  if (await isThere(path)) throw Object.assign(new Error("there is such a file already"), { code: "EEXIST" });
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** By a second name, since a new name alone would take the place of a file that came meanwhile. */
async function giveName(part: string, path: string): Promise<void> {
  await link(part, path).catch(async (error: unknown) => {
    if (!WITHOUT_LINKS.includes(codeOf(error))) throw error;
    await insistOnNew(path);
    await rename(part, path);
  });
  await syncFolder(dirname(path));
}

/** What file systems say that have no second names. */
const WITHOUT_LINKS: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EACCES"];
