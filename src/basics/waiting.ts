/** Waiting for a time or a signal, without polling. */

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Resolves or rejects with `work`, or rejects after `ms` milliseconds. What `work` does afterwards goes unnoticed. */
export function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ms} ms`)), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** A bell: rung by one loop, waited for by another. A ring that nobody waited for is heard by the next `wait`. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function bell(): Bell {
  let rung = false;
  let wakeUp: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wakeUp?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeUp = undefined;
      }
      rung = false;
    },
  };
}

/** Lets at most `size` tasks run at once. */
export interface Lanes {
  /** Resolves when a lane is free. */
  free(): Promise<void>;
  /** Runs a task in a lane. The task must not reject. */
  run(task: () => Promise<void>): void;
  /** Resolves when every lane is empty. */
  idle(): Promise<void>;
}

export function lanes(size: number): Lanes {
  let running = 0;
  const waiters = new Set<{ until: () => boolean; resolve: () => void }>();
  const when = (until: () => boolean): Promise<void> =>
    until()
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiters.add({ until, resolve });
        });
  const done = () => {
    running -= 1;
    for (const waiter of waiters) {
      if (!waiter.until()) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  };
  return {
    free: () => when(() => running < size),
    idle: () => when(() => running === 0),
    run(task) {
      running += 1;
      void task().finally(done);
    },
  };
}
