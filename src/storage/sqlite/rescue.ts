/** Saves a store whose files are gone from its path while it is still open: what was acknowledged is in nothing else then. */
import { existsSync, rmSync, statfsSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backup, type DatabaseSync } from "node:sqlite";
import { syncFolder } from "../../basics/durable.ts";
import { realFile } from "../../basics/real-file.ts";
import { createPrivately } from "./private-file.ts";

/** Of the room on the disk a copy may take so much: the spool needs room as well. */
const SHARE_OF_ROOM = 0.5;
const PAGES_AT_ONCE = 1_000;

/** Copies the open store to a new file beside its own; resolves with that. Rejects when there is no room, or no folder, for it. */
export async function rescueTo(db: DatabaseSync, path: string, now: Date): Promise<string> {
  const file = realFile(path);
  const copy = freeName(`${file}${SAVED}${now.toISOString().replace(/[-:]|\.\d+/g, "")}`);
  const bytes = numberOf(db, "page_count") * numberOf(db, "page_size");
  const { bavail, bsize } = statfsSync(dirname(file));
  const room = bavail * bsize * SHARE_OF_ROOM;
  if (bytes > room) throw new Error(`a copy takes ${bytes} bytes, and there is no room for it beside the spool`);
  createPrivately(copy);
  try {
    // VACUUM INTO would need all permissions on Deno
    await backup(db, copy, { rate: PAGES_AT_ONCE });
    const saved = await open(copy, "r+");
    await saved.sync().finally(() => saved.close());
    await syncFolder(dirname(copy));
    return copy;
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  }
}

/** The copies that were saved of a store, latest first. */
export async function copiesOf(path: string): Promise<readonly string[]> {
  const file = realFile(path);
  const names = await readdir(dirname(file)).catch(() => []);
  const prefix = `${basename(file)}${SAVED}`;
  const saved = names.filter((name) => name.startsWith(prefix) && !/-(wal|shm|journal)$/.test(name));
  return saved
    .sort()
    .reverse()
    .map((name) => join(dirname(file), name));
}

const SAVED = ".rescued-";

function freeName(name: string): string {
  let free = name;
  for (let n = 2; existsSync(free); n += 1) free = `${name}-${n}`;
  return free;
}

function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}
