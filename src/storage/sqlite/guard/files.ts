/**
 * The files of a store as they lie at its path, known by device and inode. They are looked at by `stat` alone: when a process
 * closes any descriptor of a SQLite file, all locks that it holds on that file are gone.
 */
import { type BigIntStats, statSync } from "node:fs";
import { realFile } from "../../../basics/real-file.ts";

/** What a path leads to; equal for one and the same file. */
interface FileId {
  readonly device: bigint;
  readonly inode: bigint;
}

export interface StoreFiles {
  /** Undefined where there is none. */
  readonly database: FileId | undefined;
  /** `-wal` */
  readonly log: FileId | undefined;
  /** `-shm`: without it other processes would make one of their own, and their locks and ours not see each other. */
  readonly index: FileId | undefined;
  /** When the database itself was last written to: by checkpoints, and by whoever overwrites it. Nanoseconds. */
  readonly modified: bigint;
  /** Of `-wal`. */
  readonly logBytes: number;
}

export type LookAtFiles = (path: string) => StoreFiles;

export const filesAt: LookAtFiles = (path) => {
  // SQLite's own are beside the file that a link leads to
  const file = realFile(path);
  const [database, log] = [statOf(file), statOf(`${file}-wal`)];
  const modified = database?.mtimeNs ?? 0n;
  const index = idOf(statOf(`${file}-shm`));
  return { database: idOf(database), log: idOf(log), index, modified, logBytes: Number(log?.size ?? 0) };
};

/** Whether these are the same files. */
export function areSame(one: StoreFiles, other: StoreFiles): boolean {
  return isSame(one.database, other.database) && isSame(one.log, other.log) && isSame(one.index, other.index);
}

function isSame(one: FileId | undefined, other: FileId | undefined): boolean {
  return one?.inode === other?.inode && one?.device === other?.device;
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // its folder is gone, or may not be entered: as far as anybody can tell it is not there
    return undefined;
  }
}

function idOf(found: BigIntStats | undefined): FileId | undefined {
  return found && { device: found.dev, inode: found.ino };
}
