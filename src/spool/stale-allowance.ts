/**
 * Bounds of what is stale while the store, which would keep them, does not answer: what goes to the spool in its place is
 * counted here, and judged as the store would. Begins anew when nothing is left in the spool.
 */
import type { QuarantineEntry } from "../storage/contract/callbacks.ts";
import { entryBytes, roomBeside, type Sums } from "../storage/rules/quarantine-bounds.ts";

export interface StaleAllowance {
  /** Whether there is room for it; counts it when there is. */
  admits(entry: QuarantineEntry): boolean;
}

const NOTHING = { entries: 0, bytes: 0 };
const NONE_KEPT: Sums = { ofTime: () => NOTHING, far: () => NOTHING };

/**
 * @param spools whether what comes may go to the spool, or some of what came is still there
 * @param mostBytes the bound of the whole quarantine
 */
export function staleAllowance(spools: () => boolean, mostBytes: () => number): StaleAllowance {
  let hasRoom = roomBeside(NONE_KEPT);
  let bytes = 0;
  return {
    admits(entry) {
      if (!spools()) {
        if (bytes > 0) hasRoom = roomBeside(NONE_KEPT);
        bytes = 0;
        return true;
      }
      if (bytes + entryBytes(entry) > mostBytes() || !hasRoom(entry)) return false;
      bytes += entryBytes(entry);
      return true;
    },
  };
}
