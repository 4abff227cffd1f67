/** Which store a configuration means, opened: for `serve`, or for a command beside it. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorWords } from "../basics/error-words.ts";
import { sqlitePath } from "../basics/sqlite-files.ts";
import type { Config } from "../config/checked-config.ts";
import type { Logger } from "../connector.ts";
import type { Storage } from "./contract/storage.ts";
import { diskOf } from "./disk.ts";
import { openLate } from "./open-late.ts";
import type { PostgresOptions } from "./postgres/index.ts";
import { judgeByLock } from "./rules/presence.ts";
import type { Durability } from "./sqlite/database.ts";
import type { OpenSqliteOptions } from "./sqlite/index.ts";
import { lockFile, lockStore, StoreHeld, type StoreLock } from "./sqlite/lock.ts";
import type { Note } from "./sqlite/note.ts";
import { isNewerSchema, lockTrouble, openTrouble } from "./sqlite/open-trouble.ts";
import { copiesOf } from "./sqlite/rescue.ts";
import { lockOf } from "./sqlite/serving.ts";
import { openSqliteThread } from "./sqlite/thread.ts";

type StorageSettings = Config["storage"];
/** Which store it is, whoever opens it. */
export type StoreSettings = Pick<StorageSettings, "url" | "schema" | "prepare">;

/** The file of a SQLite store, or undefined when it is another kind of store. */
export function sqliteFile({ url }: Pick<StorageSettings, "url">): string | undefined {
  return sqlitePath(url);
}

/**
 * Opens the store for a command: works beside a running bridge and makes it wait at most for short transactions.
 * Rejects when there is no store yet, unless `create`.
 */
export async function openStorage(settings: StoreSettings, { create = false } = {}): Promise<Storage> {
  const path = sqliteFile(settings);
  if (path === undefined) return openPostgresStore(settings);
  if (!create && path !== ":memory:" && !existsSync(path)) {
    throw new Error(`there is no store yet at ${path}; start the bridge first, or name another configuration`);
  }
  const storage = await openSqliteStore(path, { serves: false, busyTimeoutMs: 5_000 });
  if (path === ":memory:") return storage;
  // one bridge serves it, and its lock ends with it: nobody need wait until it has been silent for long
  return { ...storage, bridges: async () => judgeByLock(await storage.bridges(), lockOf(path)) };
}

/**
 * Opens the store for `serve`; closing it lets the next bridge have it. Rejects with words for people when it must not, or
 * cannot, be served from here.
 */
export async function openServedStore(settings: StorageSettings, spool: SpoolBeside, log: Logger): Promise<Storage> {
  const path = sqliteFile(settings);
  if (path === undefined) return openPostgresLate(settings, spool, log);
  if (path === ":memory:") {
    log.warn({ fact: "store.in_memory", todo: "name a file: nothing outlives this process" });
    return openSqliteStore(path, {});
  }
  await judgeDisk(path, log);
  return openSqliteLate(path, spool, log);
}

/** Where callbacks go while the store cannot be opened. */
export interface SpoolBeside {
  readonly path: string;
  /** Whether callbacks can be kept there now. */
  readonly isUsable: () => Promise<boolean>;
  /** Whether something of an earlier run lies there. */
  readonly hasLeftovers: () => Promise<boolean>;
}

/**
 * Also a machine that restarts while its disk is full, read-only or damaged takes callbacks: into the spool, until the store
 * can be opened.
 */
function openSqliteLate(path: string, spool: SpoolBeside, log: Logger): Promise<Storage> {
  // a store that was there is waited for: a new one in its place would look as if all were well
  let wasThere = isFile(path);
  return openLate({
    async open(lose) {
      if (wasThere && !existsSync(path)) throw new Error(`${path} is not there any more: ${PUT_BACK}`);
      const store = await openLockedSqlite(path, spool, log, lose);
      wasThere = true;
      return store;
    },
    isFinal: (error) => isFinalOfSqlite(error, spool),
    description: `sqlite ${path}`,
    shared: false,
    log,
  });
}

/** A folder there was never one: Docker makes it, where a file is to be mounted that is not there. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

const PUT_BACK = "put it back, or restart the bridge to begin a new one";

/** What somebody cures by making room, in the words of SQLite and of both runtimes. */
const DISK_TROUBLE =
  /disk is full|disk I\/O error|failed to read or write|no space left|quota exceeded|file too large|ENOSPC|EDQUOT|EFBIG/i;

/** Everything else may be mended under a bridge that keeps callbacks meanwhile: if it can. */
async function isFinalOfSqlite(error: unknown, { isUsable }: SpoolBeside): Promise<boolean> {
  if (error instanceof StoreHeld || isNewerSchema(error)) return true;
  return !DISK_TROUBLE.test(errorWords(error)) && !(await isUsable());
}

/** Opens the store for this bridge alone; closing it lets the next one have it. */
async function openLockedSqlite(
  path: string,
  spool: SpoolBeside,
  log: Logger,
  lose: (why: Error) => void,
): Promise<Storage> {
  const isNew = isEmpty(path);
  if (isNew) await sayMissing(path, spool, log);
  const lock = await lockFor(path, log, lose);
  try {
    const onOpen = ({ journalMode, synchronous }: Durability) =>
      log.debug({ fact: "store.opened", path, journal_mode: journalMode, synchronous });
    const onNote = ({ level, ...keys }: Note) => log[level](keys);
    const storage = await openSqliteThread({ path, onOpen, onNote });
    if (isNew) log.info({ fact: "store.made", path });
    return {
      ...storage,
      async close() {
        await storage.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw openTrouble(path, error);
  }
}

async function lockFor(path: string, log: Logger, onLost: (why: Error) => void): Promise<StoreLock> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return await lockStore(path, {
      onWait: (holder) => log.warn({ fact: "store.waiting_for", holder }),
      onRemade: () => log.warn({ fact: "store.lock_remade", path: lockFile(path), reason: "somebody has removed it" }),
      onLost,
    });
  } catch (error) {
    throw error instanceof StoreHeld ? error : lockTrouble(path, error);
  }
}

function isEmpty(path: string): boolean {
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
  } catch {
    return false;
  }
}

/** Callbacks were spooled beside a store that is not there: most likely its volume is not. */
async function sayMissing(path: string, spool: SpoolBeside, log: Logger): Promise<void> {
  const rescued = await copiesOf(path);
  if (rescued.length === 0 && !(await spool.hasLeftovers())) return;
  const todo =
    rescued.length === 0
      ? "is its volume not mounted? stop the bridge, mount it and start again; else it goes on with a new store"
      : "stop the bridge, `restore` the latest of the saved copies and start again; else it goes on with a new store";
  log.error({ fact: "store.missing", path, spool: spool.path, ...(rescued.length > 0 && { saved: rescued }), todo });
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
    log.error({ fact: "store.not_durable", path, file_system: fileSystem, reason: `the store is ${what}`, todo });
  }
}

// each kind is loaded when it is used: neither pays for the other at start
async function openSqliteStore(path: string, options: Omit<OpenSqliteOptions, "path">): Promise<Storage> {
  const { openSqlite } = await import("./sqlite/index.ts");
  try {
    return openSqlite({ path, ...options });
  } catch (error) {
    throw openTrouble(path, error);
  }
}

/**
 * Nobody hears a callback before the store is open, or could not be opened: while somebody holds its tables (VACUUM FULL, ALTER TABLE), or
 * another machine brings them forward, callbacks go to the spool. Milliseconds.
 */
const LOCK_MS = 5_000;

async function openPostgresLate(settings: StorageSettings, spool: SpoolBeside, log: Logger): Promise<Storage> {
  const [{ databasePlace }, { isFinal, isRefused }] = await Promise.all([
    import("../basics/postgres-url.ts"),
    import("./postgres/trouble.ts"),
  ]);
  const description = `postgres ${databasePlace(settings.url)}, schema ${settings.schema}`;
  const onMade = async () => {
    if (await spool.hasLeftovers()) {
      const todo =
        "is storage.url the right database, and storage.schema the right schema? else it goes on with a new store";
      log.error({ fact: "store.missing", store: description, spool: spool.path, todo });
    }
    log.info({ fact: "store.made", store: description });
  };
  return openLate({
    open: () => openPostgresStore(settings, { log, onMade, lockMs: LOCK_MS }),
    // a machine that restarts while a password is being changed takes callbacks all the same: if it can
    isFinal: async (error) => isFinal(error) || (isRefused(error) && !(await spool.isUsable())),
    description,
    shared: true,
    log,
  });
}

async function openPostgresStore(
  { url, schema, prepare }: StoreSettings,
  served: Pick<PostgresOptions, "log" | "onMade" | "lockMs"> = {},
): Promise<Storage> {
  const { openPostgres } = await import("./postgres/index.ts");
  return openPostgres({ url, schema, prepare, ...served });
}
