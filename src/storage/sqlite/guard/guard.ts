/**
 * Watches over the files of an open store. A file that is removed, replaced or renamed stays open and takes everything that
 * is written to it, and all of that is gone with the process; SQLite notices nothing. So device and inode of the database,
 * its `-wal` and its `-shm` are compared after each commit, and what is written counts only when they are the recorded ones.
 *
 * A difference is a suspicion: some file systems change these numbers by themselves. What lies at the path is looked into
 * then. Where it is this store with all that it took, the store is opened anew; else nothing is taken until it is back.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Note } from "../note.ts";
import type { Readers } from "../readers.ts";
import { openContents } from "./contents.ts";
import { filesAt, type LookAtFiles } from "./files.ts";
import { openIdentity } from "./identity.ts";
import { openLogHead } from "./log-head.ts";
import { openLogWatch } from "./log-watch.ts";
import { openSuspicion } from "./suspicion.ts";
import { openWriteWatch } from "./write-watch.ts";

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

/** Commits that are not synced promise nothing: they look once in so many milliseconds. So do all where nothing can be told yet. */
const LOOK_MS = 1_000;

export function openGuard(options: GuardOptions): Guard {
  const { path, note = () => undefined, look = filesAt, elapsed = () => performance.now(), readers } = options;
  const identity = openIdentity();
  const contents = openContents(path);
  const suspicion = openSuspicion({ path, note, look, elapsed, identity, contents });
  const logWatch = openLogWatch({ path, note, elapsed, readers });
  const logHead = openLogHead(path);
  const writes = openWriteWatch({ contents, identity, suspicion, everyMs: LOOK_MS });
  let lookedAt = Number.NEGATIVE_INFINITY;

  function record(db: DatabaseSync): void {
    contents.mark(db);
    identity.record(look(path));
  }

  return {
    get doubts() {
      return suspicion.doubts;
    },
    afterCommit(db, synced) {
      const now = elapsed();
      if (!synced && now - lookedAt < LOOK_MS) return;
      lookedAt = now;
      if (!identity.isKnown) record(db);
      const found = look(path);
      logWatch.see(db, found.logBytes);
      if (identity.isMoved(found)) suspicion.raise("moved");
      if (logHead.isGone(found.logBytes)) suspicion.raise("cut");
      writes.see(db, found, now);
    },
    resolve: suspicion.resolve,
    reopened() {
      identity.forget();
      contents.forget();
      logHead.forget();
    },
    inspect(db) {
      suspicion.refuse();
      const found = look(path);
      if (identity.isKnown && identity.isMoved(found)) suspicion.raise("moved");
      if (logHead.isGone(found.logBytes)) suspicion.raise("cut");
      if (contents.isKept(db) === "no" || !contents.isReadBack(db)) suspicion.raise("overwritten");
      contents.mark(db);
    },
    async beforeClose(db) {
      logHead.forget();
      return suspicion.settle(db);
    },
  };
}
