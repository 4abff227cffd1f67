/** Tells whether so many milliseconds have passed. */
export type Countdown = () => boolean;

/**
 * Holds for a process that was frozen as well. By whichever clock ran on: the monotonic one may stand still while a machine
 * sleeps, the wall clock may be set back.
 */
export function countdown(ms: number): Countdown {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall) >= ms;
}
