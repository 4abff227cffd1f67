/** Lets at most so many tasks run at once. */
export interface Semaphore {
  /** Resolves when another task may run. */
  free(): Promise<void>;
  /** Runs a task, which counts until it ends. It must not reject. */
  run(task: () => Promise<void>): void;
  /** Resolves when no task runs. */
  idle(): Promise<void>;
  /** Whether no other task may run. */
  isFull(): boolean;
}

/** @param size most tasks at once, at least one; where it changes, those that run go on */
export function semaphore(size: number | (() => number)): Semaphore {
  const most = typeof size === "number" ? () => size : size;
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
    free: () => when(() => running < most()),
    idle: () => when(() => running === 0),
    isFull: () => running >= most(),
    run(task) {
      running += 1;
      void task().finally(done);
    },
  };
}
