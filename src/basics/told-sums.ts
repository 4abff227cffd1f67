/** Numbers that come again and again, told as sums. Pure but for what it remembers. */

export interface ToldSums {
  /**
   * Adds to what is to be told. Returns the sum when it is time to tell it, which begins a new one.
   * @param isEnd nothing more follows at once; before, a sum is told only where that takes long
   * @param now milliseconds, by a clock that only grows
   */
  add(amount: number, isEnd: boolean, now: number): number | undefined;
}

/** @param everyMs between two sums */
export function tellSums(everyMs: number): ToldSums {
  let [sum, since, told] = [0, 0, Number.NEGATIVE_INFINITY];
  return {
    add(amount, isEnd, now) {
      if (sum === 0) since = now;
      sum += amount;
      if (sum === 0 || now - (isEnd ? told : since) < everyMs) return undefined;
      const due = sum;
      [sum, told] = [0, now];
      return due;
    },
  };
}
