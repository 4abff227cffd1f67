/** A store that is gone from its path: said once, and saved once while it is still open. */
import type { DatabaseSync } from "node:sqlite";
import { errorWords } from "../../../basics/error-words.ts";
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
  /** Says so, unless it is said already, and begins to save what is whole. Throws always. */
  say(db: DatabaseSync, doubt: Doubt): never;
  /** It is back. */
  over(): void;
  /** Resolves when what could be saved is saved. */
  saved(): Promise<void>;
}

export function doubtWords(path: string, doubt: Doubt): string {
  return {
    moved: `${path} (or its -wal or -shm) was removed, replaced or renamed under the running bridge`,
    overwritten: `${path} was overwritten under the running bridge`,
    cut: `${path}-wal was cut or overwritten under the running bridge`,
  }[doubt];
}

const RESTART = "restart the bridge to go on with what lies there";

/** @param rescue copies the open store to a file beside its path, and resolves with that */
export function openLoss(path: string, note: (note: Note) => void, rescue: typeof rescueTo = rescueTo): Loss {
  let isSaid = false;
  let saving: Promise<void> | undefined;

  async function save(db: DatabaseSync): Promise<void> {
    try {
      const copy = await rescue(db, path, new Date());
      note({ level: "error", fact: "store.saved", path, copy, todo: `to go on with it, put it at ${path}` });
    } catch (error) {
      note({ level: "error", fact: "store.not_saved", path, reason: errorWords(error) });
    }
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
        if (doubt === "moved") saving = save(db);
      }
      throw new Error(`${reason}: nothing is stored there until it is back`);
    },
    over() {
      isSaid = false;
    },
    async saved() {
      await saving;
    },
  };
}
