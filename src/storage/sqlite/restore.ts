/** Puts a backup in the place of a SQLite store, while no bridge serves it, and keeps what was there. */
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, rmSync, statSync } from "node:fs";
import { link, readdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { makeFolder, PRIVATE, syncFolder } from "../../basics/durable.ts";
import { errorWords } from "../../basics/error-words.ts";
import { realFile } from "../../basics/real-file.ts";
import { SQLITE_ENDINGS } from "../../basics/sqlite-files.ts";
import type { Act } from "../contract/audit.ts";
import { addMissing } from "./additions.ts";
import { noteAct, openAct } from "./audit.ts";
import { syncFile } from "./backup.ts";
import { type StoreContent, verified } from "./content.ts";
import { lockStore } from "./lock.ts";
import { giveToOwner } from "./private-file.ts";
import { lockOf } from "./serving.ts";

export interface Restored extends StoreContent {
  /** Where the store that was replaced is kept; absent when there was none. */
  readonly kept?: string;
}

/**
 * Makes `file` (a backup, with its `-wal` where it has one) the store at `given`, or where that leads to. On disk when this resolves. Rejects in plain
 * words, with everything as it was, when a bridge serves the store, somebody uses it, or the file is no whole store.
 * @param act who does it: its row is in the audit of what is restored
 * @param now in the name under which the replaced store is kept
 */
export async function restore(file: string, given: string, act: Act, now: Date): Promise<Restored> {
  const path = realFile(given);
  insistOnOther(file, path);
  await makeFolder(dirname(path));
  const lock = await lockStore(path, { waitMs: 0 });
  const part = `${path}${RESTORING}${randomUUID()}`;
  try {
    await removeUnfinished(path);
    await copyWithLog(file, part);
    const content = verified(part);
    noteRestoring(part, act, { events: content.events, now });
    giveToOwner(part, path);
    await syncFile(part);
    const kept = await putAside(path, now);
    await rename(part, path);
    await syncFolder(dirname(path));
    return { ...content, ...(kept !== undefined && { kept }) };
  } finally {
    for (const left of ["", ...SQLITE_ENDINGS]) rmSync(`${part}${left}`, { force: true });
    lock.release();
  }
}

const RESTORING = ".restoring-";

/** What one left that was killed: a copy of everything, which nobody would look for. Whoever has the lock is the only one at it. */
async function removeUnfinished(path: string): Promise<void> {
  const left = (await readdir(dirname(path))).filter((name) => name.startsWith(`${basename(path)}${RESTORING}`));
  for (const name of left) rmSync(join(dirname(path), name), { force: true });
}

/** Throws where it is nothing that has an end, and where it is the store, by whatever name: that would be replaced without its log. */
function insistOnOther(file: string, path: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`there is no file ${file}`);
  if (!found.isFile()) throw new Error(`${file} is no file`);
  const store = statSync(path, { throwIfNoEntry: false });
  if (store?.ino === found.ino && store.dev === found.dev) throw new Error(`${file} is the store itself`);
  // file and log are copied one after the other: what is written in between would be half in one and half in none
  if (lockOf(file).tag === "held")
    throw new Error(`a bridge serves ${file} just now: make a \`backup\` of it, and restore that`);
}

/** Bridges that ran when the backup was made have nothing to do with this store: nobody has killed them. */
function noteRestoring(part: string, act: Act, { events, now }: { readonly events: number; readonly now: Date }): void {
  const db = new DatabaseSync(part);
  const context = {
    run: (sql: string, ...values: SQLInputValue[]) => Number(db.prepare(sql).run(...values).changes),
    now: () => now.getTime(),
  };
  try {
    addMissing(db);
    db.exec("BEGIN IMMEDIATE");
    db.exec("DELETE FROM bridges WHERE ended_at IS NULL");
    openAct(context, act);
    noteAct(context, act, events);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** A backup may be a copy of files: what was committed last is in the log beside it. */
async function copyWithLog(file: string, to: string): Promise<void> {
  await copy(file, to);
  const log = `${realFile(file)}-wal`;
  const { size = 0 } = statSync(log, { throwIfNoEntry: false }) ?? {};
  if (size > 0) await copy(log, `${to}-wal`);
}

async function copy(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createWriteStream(to, { flags: "wx", mode: PRIVATE }));
}

/**
 * Gives the present store another name beside its own. Its log goes into it, or along with it: beside another database a log
 * would undo that one, or make it malformed.
 */
async function putAside(path: string, now: Date): Promise<string | undefined> {
  if (!existsSync(path)) {
    for (const stale of ["-wal", "-shm"]) await moveIfThere(`${path}${stale}`, `${keptName(path, now)}${stale}`);
    return undefined;
  }
  const kept = keptName(path, now);
  let isDamaged = false;
  try {
    // SQLite may remove the log of a database that it cannot read, and with it what could be rescued
    if (existsSync(`${path}-wal`)) await copy(`${path}-wal`, `${kept}-wal`);
    isDamaged = !closeLog(path);
  } finally {
    if (!isDamaged) rmSync(`${kept}-wal`, { force: true });
  }
  for (const stale of ["-wal", "-shm"]) rmSync(`${path}${stale}`, { force: true });
  // the path never lacks a store: a bridge that starts after a crash would begin a new one
  await link(path, kept).catch(() => rename(path, kept));
  await syncFolder(dirname(path));
  return kept;
}

/** Takes the log into the database and removes it; false when the database is damaged. Throws when somebody has it open. */
function closeLog(path: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec("PRAGMA busy_timeout = 2000");
    db.exec("PRAGMA journal_mode = DELETE");
    return true;
  } catch (error) {
    if (!/locked|busy/i.test(errorWords(error))) return false;
    throw new Error(`somebody uses ${path} just now (a command, or a bridge): stop that first`);
  } finally {
    db?.close();
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await rename(from, to);
}

function keptName(path: string, now: Date): string {
  const name = `${path}.replaced-${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  let free = name;
  for (let n = 2; existsSync(free) || existsSync(`${free}-wal`); n += 1) free = `${name}-${n}`;
  return free;
}
