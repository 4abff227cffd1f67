/** Lists cut to the limits of a request. Pure. */

/** What a request takes at most. */
export interface RequestLimits<T> {
  /** Items. */
  readonly most: number;
  /** Bytes of all items together; any unless set. */
  readonly bytes?: number;
  /** Bytes of one, with what separates it from the next; 0 unless given. */
  readonly sizeOf?: (item: T) => number;
}

/** Cuts a list where the next item would exceed a limit; one that exceeds it by itself is alone. Keeps the order. */
export function chunksWithin<T>(items: readonly T[], limits: RequestLimits<T>): T[][] {
  const { most, bytes = Number.POSITIVE_INFINITY, sizeOf = () => 0 } = limits;
  const chunks: T[][] = [];
  let size = 0;
  for (const item of items) {
    const own = sizeOf(item);
    const chunk = chunks.at(-1);
    if (chunk === undefined || size + own > bytes || chunk.length >= most) {
      chunks.push([item]);
      size = own;
    } else {
      chunk.push(item);
      size += own;
    }
  }
  return chunks;
}
