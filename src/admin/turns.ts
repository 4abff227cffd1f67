/** So many requests are worked on at once; while callbacks crowd in, a turn is over the later, the longer the work took. */

export interface Turns {
  /** What `work` resolves with; undefined, and no work, when too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export interface TurnsOptions {
  readonly atOnce: number;
  readonly mostWaiting: number;
  /** Resolves when others have had their time, after so many milliseconds of work. */
  readonly giveWay: (workedMs: number) => Promise<unknown>;
}

/** Most of it may have been waiting for a store: that takes no time from anybody here. */
const MOST_WORKED_MS = 25;

export function openTurns({ atOnce, mostWaiting, giveWay }: TurnsOptions): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function mine(): Promise<void> {
    if (running < atOnce) running += 1;
    // whoever ends hands on the turn
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  async function giveBack(workedMs: number): Promise<void> {
    await giveWay(Math.min(MOST_WORKED_MS, workedMs));
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async take(work) {
      if (running >= atOnce && waiting.length >= mostWaiting) return undefined;
      await mine();
      const start = performance.now();
      try {
        return await work();
      } finally {
        void giveBack(performance.now() - start);
      }
    },
  };
}
