/** Promises that settle in time, whatever the work does. */

/** Resolves with what `then` makes of the work's value, or with what `otherwise` gives when it fails or takes too long. */
export type Deadline = <T, R>(work: Promise<T>, then: (value: T) => R, otherwise: () => R) => Promise<R>;

/** How late a shared deadline may be, as a share of its time. */
const LATENESS = 1 / 8;

/**
 * A deadline of `ms` milliseconds for many works at once, up to an eighth late. They share one timer: one for each
 * would cost several times as much, on Deno about as much as reading a whole callback.
 */
export function sharedDeadline(ms: number): Deadline {
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

  return (work, then, otherwise) =>
    new Promise((resolve) => {
      const entry = { dueAt: performance.now() + ms, expire: () => resolve(otherwise()) };
      waiting.add(entry);
      if (timer === undefined) startTimer();
      work.then(
        (value) => {
          waiting.delete(entry);
          resolve(then(value));
        },
        () => {
          waiting.delete(entry);
          entry.expire();
        },
      );
    });
}
