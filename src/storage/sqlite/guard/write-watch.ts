/** The database's file was written to, by a checkpoint or by somebody else: whether all that it took is still in it. */
import type { DatabaseSync } from "node:sqlite";
import type { Contents } from "./contents.ts";
import type { StoreFiles } from "./files.ts";
import type { FileIdentity } from "./identity.ts";
import type { Suspicion } from "./suspicion.ts";

export interface WriteWatch {
  /** Raises a suspicion where something is missing. @param now milliseconds by a clock that does not jump */
  see(db: DatabaseSync, found: StoreFiles, now: number): void;
}

export interface WriteWatchOptions {
  readonly contents: Pick<Contents, "isKept">;
  readonly identity: Pick<FileIdentity, "isWrittenTo" | "sawWrite">;
  readonly suspicion: Pick<Suspicion, "raise">;
  /** Where nothing can be told yet it is looked again after so many milliseconds. */
  readonly everyMs: number;
}

export function openWriteWatch({ contents, identity, suspicion, everyMs }: WriteWatchOptions): WriteWatch {
  let untoldAt = Number.NEGATIVE_INFINITY;
  return {
    see(db, found, now) {
      if (!identity.isWrittenTo(found) || now - untoldAt < everyMs) return;
      const isKept = contents.isKept(db);
      if (isKept === "no") suspicion.raise("overwritten");
      if (isKept === "yes") identity.sawWrite(found);
      else untoldAt = now;
    },
  };
}
