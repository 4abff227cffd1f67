/** Whether what a store took is still in it: in the file that is open, and in what lies at its path. */
import type { DatabaseSync } from "node:sqlite";
import { emptyLog } from "./empty-log.ts";
import {
  goesOnFrom,
  holds,
  NO_DATABASE,
  type StoreWitness,
  witnessApart,
  witnessAt,
  witnessInFile,
  witnessOf,
} from "./witness.ts";

export interface Contents {
  /** What the file holds without its log is all that an overwriting cannot hide: the log is emptied into it, and that remembered. */
  mark(db: DatabaseSync): void;
  /** Nothing is known of the file alone until the next mark. */
  forget(): void;
  /**
   * Whether the file alone still holds what it held; it does where nothing is known of it. It cannot be told where the file cannot be read
   * and a reader keeps a checkpoint from its end: then it has pages of different commits.
   */
  isKept(db: DatabaseSync): "yes" | "no" | "not to be told yet";
  /** After an overwriting: whether the file alone holds it again. Where nothing is known of that: whether the path leads to what was last seen. */
  isThere(): boolean;
  /** Whether whoever opens the path finds what this connection sees. */
  isReadBack(db: DatabaseSync): boolean;
  /** Whether the file at the path, other than the one that is open or not, holds all that was taken. */
  isAtPath(db: DatabaseSync): "yes" | "no" | "not to be told yet";
}

/** How the store is read; by `witness.ts` unless in a test. */
export interface Witnesses {
  readonly of: typeof witnessOf;
  readonly at: typeof witnessAt;
  readonly inFile: typeof witnessInFile;
  readonly apart: typeof witnessApart;
}

const BY_READING: Witnesses = { of: witnessOf, at: witnessAt, inFile: witnessInFile, apart: witnessApart };

export function openContents(path: string, witnesses: Witnesses = BY_READING): Contents {
  // what the file alone, without its log, held at the last checkpoint
  let marked: StoreWitness | undefined;
  // what all of it held at the last look
  let last: StoreWitness = { store: undefined, taken: 0, latest: undefined };

  function fileAlone(): StoreWitness | undefined {
    const found = witnesses.inFile(path);
    return found === NO_DATABASE ? undefined : found;
  }

  return {
    mark(db) {
      const seen = witnesses.of(db);
      // overwritten in this very moment: what is marked stays, and the next look finds it out
      if (marked !== undefined && !holds(seen, marked)) return;
      last = seen;
      const isEmptied = emptyLog(db);
      const inFile = fileAlone();
      if (holds(inFile, last)) marked = inFile;
      // all of it was in the file then: where it is not, it was overwritten since. Not where no file can be read by itself
      else if (isEmptied && (inFile ?? marked) !== undefined) marked = last;
    },
    forget() {
      marked = undefined;
    },
    isKept(db) {
      const found = witnesses.inFile(path);
      if (found === NO_DATABASE) return "no";
      if (marked === undefined) return "yes";
      const inFile = found ?? (isWritten(db) ? fileAlone() : "mixed");
      if (inFile === "mixed") return "not to be told yet";
      if (inFile === undefined || !goesOnFrom(inFile, marked)) return "no";
      marked = inFile;
      return "yes";
    },
    isThere() {
      const found = witnesses.inFile(path);
      if (found === NO_DATABASE) return false;
      return marked === undefined ? holds(witnesses.at(path), last) : goesOnFrom(found, marked);
    },
    isReadBack(db) {
      // ours first: a command beside us may add to both in between
      const known = witnesses.of(db);
      return holds(witnesses.at(path), known);
    },
    isAtPath(db) {
      const known = witnesses.of(db);
      // into the file that is open: when it is the one at the path, that holds everything then, whatever became of its log
      const isEmptied = emptyLog(db);
      if (holds(witnesses.apart(path), known)) return "yes";
      return isEmptied ? "no" : "not to be told yet";
    },
  };
}

/** Whether all of the log is written into the file. Writes nothing: https://sqlite.org/pragma.html#pragma_wal_checkpoint */
function isWritten(db: DatabaseSync): boolean {
  const { busy, log, checkpointed } = db.prepare("PRAGMA wal_checkpoint(NOOP)").get() ?? {};
  return busy === 0 && log === checkpointed;
}
