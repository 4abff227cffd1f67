/**
 * How late the event loop is: what waits in a socket while the loop is busy with something else, a request or an answer, has
 * come before anybody sees it.
 */

export interface LoopLag {
  /** What is seen now may have come so many milliseconds ago. */
  lateMs(): number;
  stop(): void;
}

/** How often the loop is asked how late it is. */
export const LAG_LOOK_MS = 50;

/** @param onTick called about every `LAG_LOOK_MS` */
export function startLoopLag(onTick: () => void = () => undefined): LoopLag {
  let tickedAt = performance.now();
  let lateMs = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    // what waited meanwhile may be handled after this tick: the delay counts until the next one
    lateMs = Math.max(0, now - tickedAt - LAG_LOOK_MS);
    tickedAt = now;
    onTick();
  }, LAG_LOOK_MS);
  timer.unref();
  return {
    lateMs: () => Math.max(lateMs, performance.now() - tickedAt - LAG_LOOK_MS, 0),
    stop: () => clearInterval(timer),
  };
}
