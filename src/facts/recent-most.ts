/** The most of what was seen lately: whoever looks now and then sees it, and takes it away from nobody else who looks. */

export interface RecentMost {
  see(value: number): void;
  /** The most of the last one to two spans; `undefined` when nothing was seen. */
  most(): number | undefined;
}

/**
 * @param spanMs milliseconds: whoever looks more often than this misses nothing
 * @param now of a clock that never jumps
 */
export function openRecentMost(spanMs: number, now: () => number = () => performance.now()): RecentMost {
  let [before, since]: (number | undefined)[] = [undefined, undefined];
  let begunAt = now();

  function turn(): void {
    const passed = now() - begunAt;
    if (passed < spanMs) return;
    before = passed < 2 * spanMs ? since : undefined;
    since = undefined;
    begunAt = now();
  }

  return {
    see(value) {
      turn();
      if (since === undefined || value > since) since = value;
    },
    most() {
      turn();
      return before === undefined || (since !== undefined && since > before) ? since : before;
    },
  };
}
