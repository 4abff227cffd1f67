/**
 * Answers that are kept back: whoever asks too often waits, instead of asking again at once. So many are given a second, however many
 * connections there are, and intake has the rest of the time.
 */

export interface Holding {
  /** Resolves when it is this one's turn; never where too many wait already, whose connections are left to the runtime. */
  hold(): Promise<void>;
  /** Nobody waits any more. */
  end(): void;
}

export interface HoldingLimits {
  /** Answers of a round, and milliseconds between two rounds. */
  readonly aRound: number;
  readonly roundMs: number;
  /** Each is a connection that does nothing. */
  readonly most: number;
}

const LIMITS: HoldingLimits = { aRound: 25, roundMs: 500, most: 2_000 };

export function openHolding({ aRound, roundMs, most }: HoldingLimits = LIMITS): Holding {
  const waiting: (() => void)[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  let isOver = false;

  function release(count: number): void {
    for (const resolve of waiting.splice(0, count)) resolve();
    if (waiting.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    async hold() {
      if (isOver) return;
      if (waiting.length >= most) return new Promise(() => undefined);
      timer ??= setInterval(release, roundMs, aRound);
      return new Promise((resolve) => void waiting.push(resolve));
    },
    end() {
      isOver = true;
      release(most);
    },
  };
}
