/**
 * A copy of a SQLite store in one file, made beside a running bridge, and looked through before it gets its name.
 *
 * In a process of its own: when the one that serves the store closed a second descriptor of its files, its locks would be gone.
 */
import { randomUUID } from "node:crypto";
import { existsSync, realpathSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { makeFolder, syncFolder } from "../../basics/durable.ts";
import { SQLITE_ENDINGS } from "../../basics/sqlite-files.ts";
import { type StoreContent, verified } from "./content.ts";
import { createPrivately } from "./private-file.ts";

/** All in one step: between two, every commit of the bridge would begin the copy anew. */
const ALL_PAGES = 2 ** 31 - 1;
/** How long another process's transaction is waited for, in milliseconds. */
const BUSY_MS = 10_000;

/**
 * Copies the store at `path` to `file`, which must not be there yet: readable by its owner alone, on disk when this resolves.
 * Rejects in plain words, and leaves nothing behind then.
 */
export async function backUp(path: string, file: string): Promise<StoreContent> {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  if (existsSync(file)) throw new Error(`${file} is there already: name a file that is not`);
  await makeFolder(dirname(file));
  if (isBeside(path, file)) throw new Error(`${file} is looked for beside the store: choose another name`);
  const part = `${file}.part-${randomUUID()}`;
  createPrivately(part);
  try {
    await copyTo(path, part);
    const content = verified(part);
    await syncFile(part);
    // it may have come meanwhile
    if (existsSync(file)) throw new Error(`${file} is there already: name a file that is not`);
    await rename(part, file);
    await syncFolder(dirname(file));
    return content;
  } finally {
    for (const left of ["", ...SQLITE_ENDINGS]) rmSync(`${part}${left}`, { force: true });
  }
}

/** What SQLite, or the bridge, takes for a part of the store as soon as it lies there. The folder must be there. */
function isBeside(path: string, file: string): boolean {
  const [store, copy] = [realpathSync(path), join(realpathSync(dirname(file)), basename(file))];
  return [...SQLITE_ENDINGS, ".lock"].some((end) => copy === `${store}${end}` || copy === `${path}${end}`);
}

async function copyTo(path: string, part: string): Promise<void> {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    await backup(db, part, { rate: ALL_PAGES });
  } finally {
    db.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync().finally(() => file.close());
}
