/** A histogram with fixed borders: an observation costs a short walk and three additions, and allocates nothing. */

export interface Histogram {
  /** A value that is no number, or below zero as a clock that was set back makes one, counts as zero. */
  observe(value: number): void;
  /** Upper borders, each of its own bucket, in ascending order. */
  readonly borders: readonly number[];
  /** Observations in each bucket alone, and behind the last border. */
  readonly counts: Readonly<Float64Array>;
  readonly sum: number;
  readonly count: number;
}

/** @param borders in ascending order, in the unit that is observed */
export function openHistogram(borders: readonly number[]): Histogram {
  const counts = new Float64Array(borders.length + 1);
  const whole = { borders, counts, sum: 0, count: 0, observe };

  function observe(given: number): void {
    const value = Number.isFinite(given) ? Math.max(given, 0) : 0;
    let index = 0;
    while (index < borders.length && value > (borders[index] as number)) index += 1;
    counts[index] = (counts[index] as number) + 1;
    whole.sum += value;
    whole.count += 1;
  }

  return whole;
}
