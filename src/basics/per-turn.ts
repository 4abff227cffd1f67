/** What comes within one turn of the event loop, handed over together. */

/** @param handle given all that came within a turn, in its order */
export function perTurn<T>(handle: (all: readonly T[]) => void): (one: T) => void {
  let waiting: T[] = [];

  function handOver(): void {
    const all = waiting;
    waiting = [];
    handle(all);
  }

  return (one) => {
    // a microtask would be too early: what else has arrived is not read yet
    if (waiting.push(one) === 1) setImmediate(handOver);
  };
}
