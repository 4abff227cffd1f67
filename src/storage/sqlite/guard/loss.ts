/** A store that is gone from its path: said once, and saved once while it is still open. */
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { makeFolder } from "../../../basics/durable.ts";
import { errorWords } from "../../../basics/error-words.ts";
import { realFile } from "../../../basics/real-file.ts";
import type { Note } from "../note.ts";
import { rescueTo } from "../rescue.ts";

/**
 * `moved`: other files lie at the path, or none. `overwritten`: the same file has other contents. `cut`: its log has lost its beginning, and so
 * all that was not yet written from there into the file.
 */
export type Doubt = "moved" | "overwritten" | "cut";

export interface Loss {
  /** Whether it was said, and is not over. */
  readonly isSaid: boolean;
  /** Says so, unless it is said already, and begins to save what is whole, again where that failed. Throws always. */
  say(db: DatabaseSync, doubt: Doubt): never;
  /** It is back. */
  over(): void;
  /** At the end: resolves when what could be saved is saved. */
  saved(db: DatabaseSync): Promise<void>;
}

export function doubtWords(path: string, doubt: Doubt): string {
  return {
    moved: `${path} (or its -wal or -shm) was removed, replaced or renamed under the running bridge`,
    overwritten: `${path} was overwritten under the running bridge`,
    cut: `${path}-wal was cut or overwritten under the running bridge`,
  }[doubt];
}

const RESTART = "restart the bridge to go on with what lies there";

/** What could not be saved is tried again after so long: its folder may be there again, or room for it. */
const TRY_AGAIN_MS = 1_000;

export interface LossOptions {
  /** Copies the open store to a file beside its path, and resolves with that. */
  readonly rescue?: typeof rescueTo;
  /** Milliseconds by a clock that does not jump. */
  readonly elapsed?: () => number;
}

export function openLoss(path: string, note: (note: Note) => void, options: LossOptions = {}): Loss {
  const { rescue = rescueTo, elapsed = () => performance.now() } = options;
  let isSaid = false;
  /** There is nothing to save, or nothing more. */
  let isDone = true;
  let saving: Promise<void> | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let told = "";

  async function save(db: DatabaseSync): Promise<void> {
    try {
      const copy = await rescue(db, path, new Date());
      isDone = true;
      note({ level: "error", fact: "store.saved", path, copy, todo: `to go on with it, put it at ${path}` });
    } catch (error) {
      const reason = errorWords(error);
      if (reason !== told) note({ level: "error", fact: "store.not_saved", path, reason });
      told = reason;
    } finally {
      saving = undefined;
    }
  }

  function saveAgain(db: DatabaseSync): void {
    if (isDone || saving !== undefined || elapsed() - triedAt < TRY_AGAIN_MS) return;
    triedAt = elapsed();
    saving = save(db);
  }

  return {
    get isSaid() {
      return isSaid;
    },
    say(db, doubt) {
      const reason = doubtWords(path, doubt);
      if (!isSaid) {
        isSaid = true;
        const todo = doubt === "cut" ? RESTART : `put it back at ${path}: the bridge goes on by itself; or ${RESTART}`;
        note({ level: "error", fact: "store.gone", path, reason, todo });
        // one that was overwritten is mixed with what came over it: there is nothing whole to save
        isDone = doubt !== "moved";
        told = "";
      }
      saveAgain(db);
      throw new Error(`${reason}: nothing is stored there until it is back`);
    },
    over() {
      isSaid = false;
      isDone = true;
      triedAt = Number.NEGATIVE_INFINITY;
    },
    async saved(db) {
      await saving;
      if (isDone) return;
      // with its folder, which nobody will move back any more without knowing of the copy
      await makeFolder(dirname(realFile(path))).catch(() => undefined);
      await save(db);
    },
  };
}
