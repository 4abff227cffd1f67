/** How tests wait for what happens to a stand-in. */

/** Counts up, and tells those who wait for a number. */
export function countUp() {
  let value = 0;
  let waiting: { count: number; resolve: () => void }[] = [];
  return {
    get value() {
      return value;
    },
    add(): void {
      value += 1;
      for (const each of waiting) if (each.count <= value) each.resolve();
      waiting = waiting.filter((each) => each.count > value);
    },
    reached(count: number): Promise<void> {
      if (value >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
}
