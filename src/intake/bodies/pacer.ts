/** Lets work go on a little at a time. */

/** Resolves when it is one's turn. */
export type Pacer = () => Promise<void>;

/** Hands out at most `most` turns in each turn of the event loop, in the order in which they were asked for. */
export function pacer(most: number): Pacer {
  let waiting: (() => void)[] = [];

  function next(): void {
    const now = waiting.slice(0, most);
    waiting = waiting.slice(most);
    if (waiting.length > 0) setImmediate(next);
    for (const go of now) go();
  }

  return () =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(next);
      waiting.push(resolve);
    });
}
