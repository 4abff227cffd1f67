/** A whole store on its way from SQLite to PostgreSQL. */

import { databasePlace } from "../../basics/postgres-url.ts";
import type { MovedTable, MoveProgress } from "../../storage/migrate/index.ts";
import type { StoreSettings } from "../../storage/open.ts";
import { errorLine } from "../error-line.ts";
import type { Asking } from "../operations.ts";
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

/**
 * Rejects with `Refused`; the old store stays as it is in any case, but for the row in its audit that tells of what has gone
 * out, an interrupted move's as well.
 */
export async function moveToPostgres(move: Move, asking: Asking): Promise<readonly MovedTable[]> {
  const { from, to } = move;
  // on demand: whoever asks for something else need not load it
  const [{ moveStore }, { noteStoreExport }] = await Promise.all([
    import("../../storage/migrate/index.ts"),
    import("../audit/whole-store.ts"),
  ]);
  let events: number | undefined;
  const onProgress = (progress: MoveProgress) => {
    events = progress.table === "events" ? progress.rows : (events ?? 0);
    move.onProgress(progress);
  };
  try {
    return await moveStore({ ...move, onProgress });
  } catch (error) {
    throw new Refused("unreachable", `The store was not moved: ${errorLine(error)}`);
  } finally {
    if (events !== undefined) {
      const filter = { migrate: databasePlace(to.url), schema: to.schema };
      await noteStoreExport({ url: `sqlite:${from}`, schema: "", prepare: false }, asking, { filter, count: events });
    }
  }
}
