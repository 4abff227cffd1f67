/** How much the spool may hold. Pure. */

/** It holds all that it may. */
export class SpoolFull extends Error {}

export interface SpoolBound {
  /** Throws `SpoolFull` when so many bytes more are too many. */
  claim(bytes: number): void;
  added(bytes: number): void;
  /** What lies there now: some of it was taken over. */
  measured(bytes: number): void;
  isFull(): boolean;
}

/**
 * @param maxBytes asked anew each time: a reload may change it
 * @param onHalf called when more than half is used, once until it is less again
 */
export function spoolBound(
  maxBytes: () => number,
  found: number,
  onHalf: (bytes: number, max: number) => void,
): SpoolBound {
  let held = 0;
  let saidHalf = false;
  let refused = false;

  function hold(bytes: number): void {
    held = bytes;
    const max = maxBytes();
    const isOver = held > max / 2;
    if (isOver && !saidHalf) onHalf(held, max);
    saidHalf = isOver;
  }
  hold(found);

  return {
    claim(bytes) {
      refused = held + bytes > maxBytes();
      if (refused) {
        const words = `the spool holds ${held} bytes, and may hold ${maxBytes()} (storage.spool_max)`;
        throw new SpoolFull(`${words}: mend the store, or raise it`);
      }
    },
    added: (bytes) => hold(held + bytes),
    measured(bytes) {
      refused = false;
      hold(bytes);
    },
    isFull: () => refused || held >= maxBytes(),
  };
}
