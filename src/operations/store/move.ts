/** A whole store on its way from SQLite to PostgreSQL. */

import type { MovedTable, MoveProgress } from "../../storage/migrate/index.ts";
import type { StoreSettings } from "../../storage/open.ts";
import { errorLine } from "../error-line.ts";
import { Refused } from "../refused.ts";

export type { MovedTable, MoveProgress };

export interface Move {
  /** Of the SQLite store, absolute; its bridge must be stopped. */
  readonly from: string;
  readonly to: StoreSettings;
  readonly onProgress: (progress: MoveProgress) => void;
  /** Where it is interrupted, it goes on the next time. */
  readonly signal: AbortSignal;
}

/** Rejects with `Refused`; the old store stays as it is in any case. */
export async function moveToPostgres(move: Move): Promise<readonly MovedTable[]> {
  // on demand: whoever asks for something else need not load it
  const { moveStore } = await import("../../storage/migrate/index.ts");
  return moveStore(move).catch((error: unknown) => {
    throw new Refused("unreachable", `The store was not moved: ${errorLine(error)}`);
  });
}
