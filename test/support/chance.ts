/** Chance that can be had again: the same seed gives the same choices. */
export interface Chance {
  /** 0 ≤ next() < 1. */
  next(): number;
  /** A whole number from `from` up to and including `to`. */
  between(from: number, to: number): number;
  of<T>(choices: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** Another stream, so that loops which run side by side do not take each other's choices. */
  fork(): Chance;
}

/** mulberry32: 32 bits of state are plenty for a test. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    of(choices) {
      const chosen = choices[between(0, choices.length - 1)];
      if (chosen === undefined) throw new Error("nothing to choose from");
      return chosen;
    },
    shuffled(list) {
      const left = [...list];
      return list.flatMap(() => left.splice(between(0, left.length - 1), 1));
    },
    fork: () => chance(between(0, 2 ** 32 - 1)),
  };
}
