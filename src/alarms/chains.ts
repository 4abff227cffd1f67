/** Which messages must go out one after the other, and which need not wait for each other. Pure. */
import type { Pending } from "./book.ts";

/** Those that tell of the same alarm, be it by way of others, in one chain; each in the order in which it was decided on. */
export function chainsOf(pending: readonly Pending[]): readonly (readonly Pending[])[] {
  const chains = new Set<{ readonly about: ReadonlySet<string>; readonly places: readonly number[] }>();
  for (const [place, { notice }] of pending.entries()) {
    const about = new Set(notice.about ?? []);
    const joined = [...chains].filter((chain) => !chain.about.isDisjointFrom(about));
    for (const chain of joined) chains.delete(chain);
    chains.add({
      about: new Set([...about, ...joined.flatMap((chain) => [...chain.about])]),
      places: [...joined.flatMap(({ places }) => places), place].toSorted((one, other) => one - other),
    });
  }
  return [...chains].map(({ places }) => places.flatMap((place) => pending[place] ?? []));
}
