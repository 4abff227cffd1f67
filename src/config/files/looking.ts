/** Looking again and again: one look at a time, soon after a notice, and otherwise now and then. */

export interface LookingOptions {
  /** One look. Resolves with true when there is reason for another one soon. Must not reject. */
  readonly look: () => Promise<boolean>;
  /** Milliseconds of silence after a notice until a look; notices that do not end put off none beyond `laterMs`. */
  readonly soonMs: number;
  /** Milliseconds until a look without one. */
  readonly laterMs: number;
}

export interface Looking {
  /** There may be something to see. During a look another one follows it. */
  notice(): void;
  stop(): void;
}

/** Begins with a look soon. Keeps no process alive. */
export function startLooking({ look, soonMs, laterMs }: LookingOptions): Looking {
  let isStopped = false;
  let isLooking = false;
  let isNoticed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next look is due, notices or not. */
  let latestAt = performance.now() + laterMs;

  function lookIn(ms: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => void lookNow(), ms);
    timer.unref?.();
  }

  function lookSoon(): void {
    lookIn(Math.max(0, Math.min(soonMs, latestAt - performance.now())));
  }

  async function lookNow(): Promise<void> {
    isLooking = true;
    isNoticed = false;
    const isMore = await look();
    isLooking = false;
    latestAt = performance.now() + laterMs;
    if (isMore || isNoticed) lookSoon();
    else lookIn(laterMs);
  }

  lookSoon();
  return {
    notice() {
      isNoticed = true;
      if (!isLooking) lookSoon();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
