/**
 * One bridge serves a SQLite store: a lock beside it that dies with its process. The lock is SQLite's own, on an empty
 * database, since that works alike on every runtime and system.
 *
 * A lock file that somebody removes stays locked, and nobody else can see it. So who holds it looks several times a second
 * whether it is still the file at its path, and makes it anew when not; and who finds a store without one waits for longer
 * than that before making it. Where the store's name is a link it is beside what that leads to: whoever comes by another name finds it.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { pid } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { realFile } from "../../basics/real-file.ts";
import { createPrivately, giveToOwner } from "./private-file.ts";

export interface StoreLock {
  release(): void;
}

export interface LockOptions {
  /** How long a holder is waited for, in milliseconds. */
  readonly waitMs?: number;
  /** Called once when somebody else holds it. */
  readonly onWait?: (holder: string) => void;
  /** Called when the lock file was removed and this process has made it anew. */
  readonly onRemade?: () => void;
  /** Called once when the lock file was removed and somebody else holds the new one: the store must not be served from here. */
  readonly onLost?: (why: Error) => void;
}

/** A predecessor that shuts down takes eight seconds at most. */
const WAIT_MS = 10_000;
const TRY_AGAIN_MS = 100;
const LOOK_MS = 100;
/** Several looks of a holder that is busy. */
const REMAKING_MS = 600;

/** Somebody else serves this store. */
export class StoreHeld extends Error {}

/** Locks the store at `path`. Rejects with `StoreHeld`, which says who holds it, when that does not end in time. */
export async function lockStore(path: string, options: LockOptions = {}): Promise<StoreLock> {
  const { waitMs = WAIT_MS, onWait } = options;
  const file = lockFile(path);
  const end = performance.now() + waitMs;
  if (existsSync(path) && !existsSync(file)) await pause(REMAKING_MS);
  let lock = tryLock(file);
  if (lock === undefined) onWait?.(holderOf(file));
  while (lock === undefined) {
    if (performance.now() >= end) throw heldBy(path, file, waitMs);
    await pause(TRY_AGAIN_MS);
    lock = tryLock(file);
  }
  noteHolder(file);
  for (const made of [file, `${file}.txt`]) giveToOwner(made, realFile(path));
  return keepLock(path, file, lock, options);
}

export const lockFile = (path: string): string => `${realFile(path)}.lock`;

function keepLock(path: string, file: string, first: DatabaseSync, { onRemade, onLost }: LockOptions): StoreLock {
  let held = first;
  let known = idOf(file);
  const watch = setInterval(look, LOOK_MS);
  watch.unref();

  function look(): void {
    try {
      const found = idOf(file);
      if (found !== undefined && found === known) return;
      const anew = tryLock(file);
      if (anew === undefined) {
        lose();
        return;
      }
      held.close();
      held = anew;
      known = idOf(file);
      noteHolder(file);
      onRemade?.();
    } catch {
      // its folder is gone, or cannot be written: nobody else can make a lock there either
    }
  }

  function lose(): void {
    clearInterval(watch);
    onLost?.(heldBy(path, file, WAIT_MS));
  }

  return {
    release() {
      clearInterval(watch);
      held.close();
    },
  };
}

function tryLock(file: string): DatabaseSync | undefined {
  createPrivately(file);
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA busy_timeout = 0");
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    if (/locked|busy/i.test(String(error))) return undefined;
    throw error;
  }
}

function idOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

function noteHolder(file: string): void {
  const words = `process ${pid} on ${hostname()}, since ${new Date().toISOString()}\n`;
  try {
    writeFileSync(`${file}.txt`, words, { mode: 0o600 });
  } catch {
    // the lock holds without it: it is for people
  }
}

/** @param waitMs whoever waits for nobody (`restore`, `migrate`) cannot take another store instead */
function heldBy(path: string, file: string, waitMs: number): StoreHeld {
  const words = `${path} is already served by another bridge (${holderOf(file)})`;
  return new StoreHeld(
    `${words}; ${waitMs === 0 ? "stop it first" : "stop that one, or give this one a store of its own"}`,
  );
}

function holderOf(file: string): string {
  try {
    return readFileSync(`${file}.txt`, "utf8").trim();
  } catch {
    return "who, is not known";
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
