/** Looking again and again: one look at a time, soon after a notice, and otherwise now and then. */

export interface LookingOptions {
  /** One look. Resolves with true when there is reason for another one soon. Must not reject. */
  readonly look: () => Promise<boolean>;
  /** Milliseconds until a look after a notice. */
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

  function lookIn(ms: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => void lookNow(), ms);
    timer.unref?.();
  }

  async function lookNow(): Promise<void> {
    isLooking = true;
    isNoticed = false;
    const isMore = await look();
    isLooking = false;
    lookIn(isMore || isNoticed ? soonMs : laterMs);
  }

  lookIn(soonMs);
  return {
    notice() {
      isNoticed = true;
      if (!isLooking) lookIn(soonMs);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
