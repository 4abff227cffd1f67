/** How late the event loop was at most: by a timer of our own, since what the runtimes tell differs, and is wrong on one of them. */
import { startLoopLag } from "../basics/loop-lag.ts";
import { openRecentMost } from "../facts/recent-most.ts";

export interface LongestLag {
  /** Milliseconds: the longest delay of the last half to one minute. */
  most(): number;
  stop(): void;
}

const SPAN_MS = 30_000;

export function watchLongestLag(): LongestLag {
  const recent = openRecentMost(SPAN_MS);
  const lag = startLoopLag(() => recent.see(lag.lateMs()));
  return { most: () => Math.max(recent.most() ?? 0, lag.lateMs()), stop: lag.stop };
}
