/**
 * One bridge serves a SQLite store: a lock beside it that dies with its process. The lock is SQLite's own, on an empty
 * database, since that works alike on every runtime and system.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { pid } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createPrivately } from "./private-file.ts";

export interface StoreLock {
  release(): void;
}

/** A predecessor that shuts down takes eight seconds at most. */
const WAIT_MS = 10_000;
const TRY_AGAIN_MS = 100;

/**
 * Locks the store at `path`. Rejects with who holds it when that does not end within `waitMs`.
 * @param onWait called once when somebody else holds it
 */
export async function lockStore(
  path: string,
  { waitMs = WAIT_MS, onWait = () => undefined }: { waitMs?: number; onWait?: (holder: string) => void } = {},
): Promise<StoreLock> {
  const holderFile = `${path}.lock.txt`;
  const end = performance.now() + waitMs;
  let lock = tryLock(`${path}.lock`);
  if (lock === undefined) onWait(holderOf(holderFile));
  while (lock === undefined) {
    if (performance.now() >= end) {
      const words = `${path} is already served by another bridge (${holderOf(holderFile)})`;
      throw new Error(`${words}; stop that one, or give this one a store of its own`);
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    lock = tryLock(`${path}.lock`);
  }
  const held = lock;
  writeFileSync(holderFile, `process ${pid} on ${hostname()}, since ${new Date().toISOString()}\n`, { mode: 0o600 });
  return { release: () => held.close() };
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

function holderOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "who, is not known";
  }
}
