/** How long a pass rests between its steps, however few callbacks come: others have a store too. */

/** Of each step's time: a store in one thread has as much for others as for this, a database does both side by side. */
const SHARE = { alone: 1, shared: 0.25 } as const;
const LONGEST_MS = 50;

/** @param isShared whether machines share the store @returns milliseconds */
export function restAfter(workedMs: number, isShared: boolean): number {
  return Math.min(LONGEST_MS, workedMs * SHARE[isShared ? "shared" : "alone"]);
}
