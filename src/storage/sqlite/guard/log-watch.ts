/** Keeps `-wal` within bounds: a reader that somebody forgot holds on to it, and it grows with each commit. */
import type { DatabaseSync } from "node:sqlite";
import { realFile } from "../../../basics/real-file.ts";
import type { Note } from "../note.ts";
import type { Readers } from "../readers.ts";
import { emptyLog } from "./empty-log.ts";

export interface LogWatch {
  /** After a commit, with the size of `-wal` in bytes. */
  see(db: DatabaseSync, bytes: number): void;
}

/** Four times what a checkpoint leaves behind. */
const LARGE_BYTES = 64 * 1024 * 1024;
const TRY_AGAIN_MS = 10_000;
/** For so long our own readers wait for it, while it is tried every now and then. */
const HOLD_MS = 1_000;
const TRY_HELD_MS = 50;
const SAY_AGAIN_MS = 10 * 60_000;

export interface LogWatchOptions {
  readonly path: string;
  readonly note: (note: Note) => void;
  /** Milliseconds by a clock that does not jump. */
  readonly elapsed: () => number;
  /** Those of this process. */
  readonly readers?: Readers | undefined;
  readonly largeBytes?: number;
}

export function openLogWatch({ path, note, elapsed, readers, largeBytes = LARGE_BYTES }: LogWatchOptions): LogWatch {
  let triedAt = Number.NEGATIVE_INFINITY;
  let saidAt = Number.NEGATIVE_INFINITY;
  let heldAt: number | undefined;

  function letGo(): void {
    if (heldAt !== undefined) readers?.letGo();
    heldAt = undefined;
  }

  function say(bytes: number, now: number): void {
    if (now - saidAt < SAY_AGAIN_MS) return;
    saidAt = now;
    note(largeNote(path, bytes));
  }

  return {
    see(db, bytes) {
      const now = elapsed();
      if (bytes < largeBytes) return letGo();
      if (now - triedAt < (heldAt === undefined ? TRY_AGAIN_MS : TRY_HELD_MS)) return;
      triedAt = now;
      if (emptyLog(db)) return letGo();
      if (heldAt === undefined && readers?.hold() === true) {
        heldAt = now;
      } else if (heldAt === undefined || now - heldAt >= HOLD_MS) {
        letGo();
        say(bytes, now);
      }
    },
  };
}

const largeNote = (path: string, bytes: number): Note => ({
  ...{ level: "warn", fact: "store.log_large", path: `${realFile(path)}-wal`, bytes },
  reason: "another process has been reading the store for long, and until it ends nothing of the log can be reused",
  todo: "end what reads it (an open sqlite3, a backup that hangs); the log shrinks by itself then",
});
