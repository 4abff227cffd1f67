/**
 * Watches over the files of an open store. A file that is removed, replaced or renamed stays open and takes everything that
 * is written to it, and all of that is gone with the process; SQLite notices nothing. So device and inode of the database,
 * its `-wal` and its `-shm` are compared after each commit, and what is written counts only when they are the recorded ones.
 *
 * A difference is a suspicion: some file systems change these numbers by themselves. What lies at the path is looked into
 * then. Where it is this store with all that it took, the store is opened anew; else nothing is taken until it is back.
 */
import type { DatabaseSync } from "node:sqlite";
import { errorWords } from "../../basics/error-words.ts";
import { areSame, filesAt, type LookAtFiles, type StoreFiles } from "./files.ts";
import { openLogWatch } from "./log-watch.ts";
import type { Note } from "./note.ts";
import type { Readers } from "./readers.ts";
import { rescueTo } from "./rescue.ts";
import { holds, type Witness, witnessApart, witnessAt, witnessInFile, witnessOf } from "./witness.ts";

export interface Guard {
  /** After a commit. Throws when the files at the path are no longer those that were written to. */
  afterCommit(db: DatabaseSync, synced: boolean): void;
  /** True from a suspicion on: `resolve` comes before anything else. */
  readonly doubts: boolean;
  /** Looks into a suspicion. Returns when the store may be opened anew; throws while what lies at the path is not this store. */
  resolve(db: DatabaseSync): void;
  /** The store was opened anew: its files are recorded after the next commit. */
  reopened(): void;
  /** The thorough look, now and then: reads back what was taken, through connections of its own. */
  inspect(db: DatabaseSync): void;
  /** Before the connection is closed: saves the store where its files are gone. Resolves with false when it must be left open. */
  beforeClose(db: DatabaseSync): Promise<boolean>;
}

export interface GuardOptions {
  readonly path: string;
  readonly note?: ((note: Note) => void) | undefined;
  readonly look?: LookAtFiles | undefined;
  /** Milliseconds by a clock that does not jump. */
  readonly elapsed?: () => number;
  /** Who else reads the store in this process. */
  readonly readers?: Readers | undefined;
}

/** `moved`: other files lie at the path, or none. `overwritten`: the same file has other contents. */
type Doubt = "moved" | "overwritten";

/** Commits that are not synced promise nothing: they look once in so many milliseconds. */
const LOOK_MS = 1_000;
/** What lies at the path is looked into once in so many milliseconds. */
const TRY_AGAIN_MS = 1_000;
/** So many suspicions without cause in an hour, and the file system is one that cannot be asked. */
const MOST_FALSE_ALARMS = 3;
const HOUR_MS = 3_600_000;

export function openGuard({
  path,
  note = () => undefined,
  look = filesAt,
  elapsed = () => performance.now(),
  readers,
}: GuardOptions): Guard {
  let recorded: StoreFiles | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let doubt: Doubt | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let said = false;
  let watches = true;
  let falseAlarms: number[] = [];
  // what the file alone, without its log, held at the last checkpoint
  let mark: Witness | undefined;
  // what all of it held at the last look
  let last: Witness = { store: undefined, taken: 0, latest: undefined };
  let saving: Promise<void> | undefined;
  const logWatch = openLogWatch({ path, note, elapsed, readers });

  function suspect(kind: Doubt): never {
    doubt = kind;
    note({ level: "warn", fact: "store.suspicious", path, reason: words(kind) });
    throw new Error(words(kind));
  }

  function words(kind: Doubt): string {
    return kind === "moved"
      ? `${path} (or its -wal or -shm) was removed, replaced or renamed under the running bridge`
      : `${path} was overwritten under the running bridge`;
  }

  function record(db: DatabaseSync): void {
    takeMark(db);
    const found = look(path);
    recorded = found.database && found;
  }

  /** What the file holds without its log is all that an overwriting cannot hide. */
  function takeMark(db: DatabaseSync): void {
    last = witnessOf(db);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const inFile = witnessInFile(path);
    if (holds(inFile, last)) mark = inFile;
  }

  /** The file was written to: by a checkpoint, or by somebody else. */
  function lookInto(found: StoreFiles): void {
    if (mark !== undefined) {
      const inFile = witnessInFile(path);
      if (inFile === undefined || !holds(inFile, mark)) suspect("overwritten");
      mark = inFile;
    }
    if (recorded !== undefined) recorded = { ...recorded, modified: found.modified };
  }

  function isStillThis(db: DatabaseSync): boolean {
    if (doubt === "overwritten") return holds(mark === undefined ? witnessAt(path) : witnessInFile(path), mark ?? last);
    const known = witnessOf(db);
    // into the file that is open: when it is the one at the path, that holds everything then, whatever became of its log
    const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {};
    if (holds(witnessApart(path), known)) return true;
    if (busy === 1) throw new Error(`${words("moved")}; another process reads it, so it cannot be told yet`);
    return false;
  }

  function gone(db: DatabaseSync): never {
    const why = words(doubt ?? "moved");
    if (!said) {
      said = true;
      const todo = `put it back at ${path}: the bridge goes on by itself; or restart the bridge to go on with what lies there`;
      note({ level: "error", fact: "store.gone", path, reason: why, todo });
      // one that was overwritten is mixed with what came over it: there is nothing whole to save
      if (doubt === "moved") saving = save(db);
    }
    throw new Error(`${why}: nothing is stored there until it is back`);
  }

  async function save(db: DatabaseSync): Promise<void> {
    try {
      const copy = await rescueTo(db, path, new Date());
      note({ level: "error", fact: "store.saved", path, copy, todo: `to go on with it, put it at ${path}` });
    } catch (error) {
      note({ level: "error", fact: "store.not_saved", path, reason: errorWords(error) });
    }
  }

  function countFalseAlarm(): void {
    const now = elapsed();
    falseAlarms = [...falseAlarms.filter((at) => now - at < HOUR_MS), now];
    if (falseAlarms.length < MOST_FALSE_ALARMS) return;
    watches = false;
    const todo = "keep the store on a local disk; from now on its contents are looked at once a minute";
    note({
      level: "warn",
      fact: "store.watch_off",
      path,
      reason: "the file system changes device or inode by itself",
      todo,
    });
  }

  return {
    get doubts() {
      return doubt !== undefined;
    },

    afterCommit(db, synced) {
      const now = elapsed();
      if (!synced && now - lookedAt < LOOK_MS) return;
      lookedAt = now;
      if (recorded === undefined) record(db);
      const found = look(path);
      logWatch.see(db, found.logBytes);
      if (watches && (recorded === undefined || !areSame(found, recorded))) suspect("moved");
      if (recorded?.modified !== found.modified) lookInto(found);
    },

    resolve(db) {
      const now = elapsed();
      if (now - triedAt < TRY_AGAIN_MS) throw new Error(words(doubt ?? "moved"));
      triedAt = now;
      const isBack = doubt === "moved" && recorded !== undefined && areSame(look(path), recorded);
      if (!isBack && !isStillThis(db)) gone(db);
      if (!said) countFalseAlarm();
      note({ level: "info", fact: "store.there", path });
      doubt = undefined;
      said = false;
    },

    reopened() {
      recorded = undefined;
      mark = undefined;
    },

    inspect(db) {
      if (doubt !== undefined) throw new Error(words(doubt));
      if (watches && recorded !== undefined && !areSame(look(path), recorded)) suspect("moved");
      if (mark !== undefined && !holds(witnessInFile(path), mark)) suspect("overwritten");
      // ours first: a command beside us may add to both in between
      const known = witnessOf(db);
      if (!holds(witnessAt(path), known)) suspect("overwritten");
      takeMark(db);
    },

    async beforeClose(db) {
      if (doubt === undefined && recorded !== undefined && watches && !areSame(look(path), recorded)) doubt = "moved";
      if (doubt === undefined) return true;
      const isSafe = doubt === "moved";
      try {
        if (!isStillThis(db)) gone(db);
      } catch {
        // it is said; what could be saved is being saved
      }
      await saving;
      return isSafe;
    },
  };
}
