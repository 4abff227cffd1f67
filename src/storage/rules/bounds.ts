/** How much a store hands out at once, and for how long it remembers what nobody uses. */

/** A take of callbacks that are not events yet stays below this, in bytes. */
export const UNREAD_BYTES = 4 * 1024 * 1024;
/** So many callbacks that wait to be read are looked into for a person. Where more wait, whoever asks comes again. */
export const LOOKED_INTO = 250;
/** A page of raw callbacks that are read once more stays below this, in bytes. */
export const PAGE_BYTES = 16 * 1024 * 1024;
/** A connector that nobody has registered or routed to for so long (milliseconds) keeps no events back. */
export const ABANDONED_MS = 90 * 24 * 3_600_000;
/** A host whose clock nobody has noticed to be off for so long is not shown any more, in milliseconds. */
export const CLOCK_FORGOTTEN_MS = 24 * 3_600_000;

/**
 * Behind which number a walk goes on through raw callbacks. From 0 on it begins: those of our own making may have numbers below.
 */
export const behindCallback = (after: number): number => (after === 0 ? Number.MIN_SAFE_INTEGER : after);

/** How many of these fit: the first, and as many more as stay below `most` bytes together. */
export function fitting(sizes: readonly number[], most: number): number {
  let bytes = 0;
  const tooMuch = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > most;
  });
  return tooMuch === -1 ? sizes.length : tooMuch;
}

/** How many events a look may read, with the deliveries that they have. */
export function eventsWithin(rows: number, connectors: number, limit: number): number {
  return Math.max(1, Math.min(limit, Math.floor(rows / (1 + connectors))));
}
