/**
 * Answers of all connectors that come within a few milliseconds are settled together, in one transaction of the store. Nobody waits
 * for what is not under way.
 */

export interface Company {
  /** A call that will be answered, until it is. */
  expect<T>(answer: Promise<T>): Promise<T>;
  /** Whether any is under way. */
  isExpected(): boolean;
  /** Resolves when it is not worth waiting any more, or after the few milliseconds. Asked whenever something has come. */
  gather(isWorthWaiting: () => boolean): Promise<void>;
  /** Something has come: those who gather look again. */
  came(): void;
}

/** A commit costs more processor time than all else of a settlement. Nothing but the person's next event waits for it. Milliseconds. */
const GATHER_MS = 4;

export function openCompany(gatherMs = GATHER_MS): Company {
  const gathering = new Set<{ readonly isWorthWaiting: () => boolean; readonly resolve: () => void }>();
  let underWay = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function letGo(areAll: boolean): void {
    for (const one of gathering) {
      if (!areAll && one.isWorthWaiting()) continue;
      gathering.delete(one);
      one.resolve();
    }
    if (gathering.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  const came = () => letGo(false);
  return {
    came,
    isExpected: () => underWay > 0,
    async expect(answer) {
      underWay += 1;
      try {
        return await answer;
      } finally {
        underWay -= 1;
        if (underWay === 0) came();
      }
    },
    gather: (isWorthWaiting) =>
      new Promise((resolve) => {
        gathering.add({ isWorthWaiting, resolve });
        // one window for all, so that it ends for all in one turn
        timer ??= setTimeout(() => letGo(true), gatherMs);
      }),
  };
}
