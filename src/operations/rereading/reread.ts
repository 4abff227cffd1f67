/** Reads what Chat has sent once more: raw callbacks, and what could not be understood when it came. */
import { walkCallbacks } from "./callbacks.ts";
import { walkQuarantine } from "./quarantine.ts";
import { openWalk, type WalkOptions, type WalkReport } from "./walk.ts";

/**
 * What an older release did not understand is taken in, what it read wrongly is put right, and what was skipped for that is
 * sent after all. In a dry run nothing is changed, and the report says what would be.
 */
export async function rereadCallbacks(options: WalkOptions): Promise<WalkReport> {
  const walk = await openWalk(options);
  // first, so that what a raw callback holds as well is not taken in twice
  await walkQuarantine(walk);
  await walkCallbacks(walk);
  return walk.report;
}

/** Whether acting on it would change anything. */
export function isWorthwhile({ understood, corrected }: WalkReport): boolean {
  return understood.callbacks > 0 || corrected > 0;
}
