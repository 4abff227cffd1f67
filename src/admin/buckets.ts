/** How often somebody may: so many at once, and so many again in a time. Strangers are without number, what is kept of them is not. */

export interface Allowance {
  /** At once. */
  readonly burst: number;
  /** Until all of it may be spent anew, in milliseconds. */
  readonly refillMs: number;
  /** How many of them are remembered: beyond that, whoever was not seen for longest is forgotten. */
  readonly most: number;
}

/** Takes one from the allowance of `key`: false when it is spent. `now` in milliseconds of a clock that never jumps. */
export type Take = (key: string, now: number) => boolean;

export function openBuckets({ burst, refillMs, most }: Allowance): Take {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return (key, now) => {
    const { left, at } = buckets.get(key) ?? { left: burst, at: now };
    const refilled = Math.min(burst, left + ((now - at) / refillMs) * burst);
    const may = refilled >= 1;
    // anew, so that the first of them is whoever was not seen for longest
    buckets.delete(key);
    buckets.set(key, { left: may ? refilled - 1 : refilled, at: now });
    const [oldest] = buckets.size > most ? buckets.keys() : [];
    if (oldest !== undefined) buckets.delete(oldest);
    return may;
  };
}
