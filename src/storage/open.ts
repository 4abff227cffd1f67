/** Which store a configuration means, opened: for `serve`, or for a command beside it. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Config } from "../config/config.ts";
import type { Logger } from "../connector.ts";
import type { Storage } from "./contract.ts";
import { diskOf } from "./disk.ts";
import { openLate } from "./late.ts";
import { wordsOf } from "./remote.ts";
import type { Durability } from "./sqlite/context.ts";
import { lockStore } from "./sqlite/lock.ts";
import { openSqliteThread } from "./sqlite/thread.ts";
import type { OpenSqliteOptions } from "./sqlite.ts";

type StorageSettings = Config["storage"];

/** The file of a SQLite store, or undefined when it is another kind of store. */
export function sqliteFile({ url }: Pick<StorageSettings, "url">): string | undefined {
  return url.startsWith("sqlite:") ? url.slice("sqlite:".length) : undefined;
}

/**
 * Opens the store for a command: works beside a running bridge and makes it wait at most for short transactions.
 * Rejects when there is no store yet, unless `create`.
 */
export async function openStorage(settings: StorageSettings, { create = false } = {}): Promise<Storage> {
  const path = sqliteFile(settings);
  if (path === undefined) return openPostgresStore(settings);
  if (!create && path !== ":memory:" && !existsSync(path)) {
    throw new Error(`there is no store yet at ${path}; start the bridge first, or name another configuration`);
  }
  return openSqliteStore(path, { serves: false, busyTimeoutMs: 5_000 });
}

/**
 * Opens the store for `serve`; closing it lets the next bridge have it. Rejects with words for people when it must not, or
 * cannot, be served from here.
 */
export async function openServedStore(settings: StorageSettings, log: Logger): Promise<Storage> {
  const path = sqliteFile(settings);
  if (path === undefined) return openPostgresLate(settings, log);
  if (path === ":memory:") {
    log.warn({ fact: "store.in_memory", todo: "name a file: nothing outlives this process" });
    return openSqliteStore(path, {});
  }
  await judgeDisk(path, log);
  return openSqliteLate(path, log);
}

/** Also a machine that restarts while its disk is full takes callbacks: into the spool, until the store can be opened. */
function openSqliteLate(path: string, log: Logger): Promise<Storage> {
  return openLate({
    open: () => openLockedSqlite(path, log),
    isFinal: (error) => !DISK_TROUBLE.test(wordsOf(error)),
    description: `sqlite ${path}`,
    shared: false,
    log,
  });
}

/** What somebody cures by making room, in the words of SQLite and of both runtimes. */
const DISK_TROUBLE = /disk is full|disk I\/O error|no space left|quota exceeded|file too large|ENOSPC|EDQUOT|EFBIG/i;

/** Opens the store for this bridge alone; closing it lets the next one have it. */
async function openLockedSqlite(path: string, log: Logger): Promise<Storage> {
  mkdirSync(dirname(path), { recursive: true });
  const lock = await lockStore(path, { onWait: (holder) => log.warn({ fact: "store.waiting_for", holder }) });
  try {
    const onOpen = (durability: Durability) => log.debug({ fact: "store.opened", path, ...durability });
    const storage = await openSqliteThread({ path, onOpen }).catch(explain(path));
    return {
      ...storage,
      async close() {
        await storage.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function judgeDisk(path: string, log: Logger): Promise<void> {
  const { kind, fileSystem } = await diskOf(path);
  if (kind === "network") {
    const words = `${path} is on a network file system (${fileSystem}), where SQLite can lose data`;
    throw new Error(`${words}; put the store on a local disk, or use PostgreSQL`);
  }
  if (kind === "memory" || kind === "container") {
    const what = kind === "memory" ? "in memory" : "in the container's own layer";
    const todo = "what is stored is gone with the next restart: put it on a volume";
    log.error({ fact: "store.not_durable", path, fileSystem, why: `the store is ${what}`, todo });
  }
}

// each kind is loaded when it is used: neither pays for the other at start
async function openSqliteStore(path: string, options: Omit<OpenSqliteOptions, "path">): Promise<Storage> {
  const { openSqlite } = await import("./sqlite.ts");
  try {
    return openSqlite({ path, ...options });
  } catch (error) {
    return explain(path)(error);
  }
}

function explain(path: string): (error: unknown) => never {
  return (error) => {
    if (!/not a database/.test(String(error))) throw error;
    throw new Error(`${path} is no SQLite database; name another file (storage.url)`, { cause: error });
  };
}

async function openPostgresLate(settings: StorageSettings, log: Logger): Promise<Storage> {
  const [{ placeOf }, { isFinal }] = await Promise.all([import("./postgres.ts"), import("./postgres/trouble.ts")]);
  const description = `postgres ${placeOf(settings.url)}, schema ${settings.schema}`;
  return openLate({ open: () => openPostgresStore(settings, log), isFinal, description, shared: true, log });
}

async function openPostgresStore({ url, schema, prepare }: StorageSettings, log?: Logger): Promise<Storage> {
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres({ url, schema, prepare, ...(log && { log }) });
}
