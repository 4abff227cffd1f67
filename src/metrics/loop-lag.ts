/** How late the event loop is: by a timer of our own, since what the runtimes tell differs, and is wrong on one of them. */
import { openRecentMost } from "../facts/recent-most.ts";

export interface LoopLag {
  /** Milliseconds: the longest delay of the last half to one minute. */
  most(): number;
  stop(): void;
}

const LOOK_MS = 100;
const SPAN_MS = 30_000;

export function watchLoopLag(): LoopLag {
  const recent = openRecentMost(SPAN_MS);
  let lastAt = performance.now();
  const late = () => Math.max(0, performance.now() - lastAt - LOOK_MS);
  const timer = setInterval(() => {
    recent.see(late());
    lastAt = performance.now();
  }, LOOK_MS);
  timer.unref();
  return {
    most: () => Math.max(recent.most() ?? 0, late()),
    stop: () => clearInterval(timer),
  };
}
