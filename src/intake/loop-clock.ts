/**
 * When a request came, by a clock that knows how late the event loop is: what waits in a socket while the loop is busy with
 * something else has come before anybody sees it.
 */

export interface LoopClock {
  /** Milliseconds by a clock that does not jump; a request that is seen now came no earlier. */
  seenAt(): number;
  stop(): void;
}

/** How often the loop is asked how late it is. */
export const LOOP_LOOK_MS = 50;

/** @param onTick called about every `LOOP_LOOK_MS` */
export function startLoopClock(onTick: () => void): LoopClock {
  let tickedAt = performance.now();
  let lateMs = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    // what waited meanwhile may be handled after this tick: the delay counts until the next one
    lateMs = Math.max(0, now - tickedAt - LOOP_LOOK_MS);
    tickedAt = now;
    onTick();
  }, LOOP_LOOK_MS);
  timer.unref();
  return {
    seenAt() {
      const now = performance.now();
      return now - Math.max(lateMs, now - tickedAt - LOOP_LOOK_MS, 0);
    },
    stop: () => clearInterval(timer),
  };
}
