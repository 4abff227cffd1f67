/** Whether a bridge serves a SQLite store, by its lock (lock.ts): asked from another process, without being in anybody's way. */
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Lock } from "../rules/presence.ts";
import { lockFile } from "./lock.ts";

/** @param path the store's file */
export function lockOf(path: string): Lock {
  const file = lockFile(path);
  // where somebody has removed it, it says nothing
  if (!existsSync(file)) return { tag: "unknown" };
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      db.exec("PRAGMA busy_timeout = 0");
      // a shared lock, for a moment
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
      return { tag: "free" };
    } finally {
      db.close();
    }
  } catch (error) {
    return /locked|busy/i.test(String(error)) ? { tag: "held", ...holderOf(`${file}.txt`) } : { tag: "unknown" };
  }
}

function holderOf(file: string): Pick<Extract<Lock, { tag: "held" }>, "holder"> {
  try {
    const {
      process,
      host = "",
      since = "",
    } = /^process (?<process>\d+) on (?<host>.+), since (?<since>\S+)/.exec(readFileSync(file, "utf8"))?.groups ?? {};
    return process === undefined ? {} : { holder: { host, process: Number(process), since: Date.parse(since) } };
  } catch {
    return {};
  }
}
