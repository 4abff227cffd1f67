/** The nearest of the names that would have been right. */

/**
 * The candidate that was most likely meant, or undefined when none is near. Case and `-`, `_`, space count for nothing.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  // a third of the letters may be wrong, one at least
  let best: { name: string; distance: number } | undefined;
  for (const name of candidates) {
    const goal = plain(name);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, goal.length) / 3));
    const distance = editDistance(wanted, goal);
    if (distance <= limit && distance < Math.min(goal.length, best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

function plain(word: string): string {
  return word
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_\s]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** `"a", "b" or "c"` */
export function oneOf(names: readonly string[], quote = '"'): string {
  const quoted = names.map((name) => `${quote}${name}${quote}`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
