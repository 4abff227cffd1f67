/** Promises that settle in time, whatever the work does. */

/** Resolves or rejects with `work`, or rejects in time. What `work` does afterwards goes unnoticed. */
export type Deadline = <T>(work: Promise<T>) => Promise<T>;

/** Rejects after `ms` milliseconds. */
export function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ms} ms`)), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** How late a shared deadline may be, as a share of its time. */
const LATENESS = 1 / 8;

/**
 * A deadline of `ms` milliseconds for many works at once, up to an eighth late. They share one timer: one for each
 * would cost several times as much, on Deno about as much as reading a whole callback.
 */
export function sharedDeadline(ms: number, what: string): Deadline {
  // in the order of their time, since all have the same
  const waiting = new Set<{ readonly dueAt: number; expire(): void }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function sweep(): void {
    const now = performance.now();
    for (const entry of waiting) {
      if (entry.dueAt > now) break;
      waiting.delete(entry);
      entry.expire();
    }
    timer = undefined;
    if (waiting.size > 0) startTimer();
  }

  function startTimer(): void {
    timer = setTimeout(sweep, ms * LATENESS);
    timer.unref();
  }

  return (work) =>
    new Promise((resolve, reject) => {
      const expire = () => reject(new Error(`${what}: no end within ${ms} ms`));
      const entry = { dueAt: performance.now() + ms, expire };
      waiting.add(entry);
      if (timer === undefined) startTimer();
      work.then(
        (value) => {
          waiting.delete(entry);
          resolve(value);
        },
        (error) => {
          waiting.delete(entry);
          reject(error);
        },
      );
    });
}
