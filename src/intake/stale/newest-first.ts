/** Stores stale entries a few at a time, the newest RequestTime first: the others can still make room for newer ones. */
import type { QuarantineEntry } from "../../storage/contract.ts";
import type { Verdict } from "../keeping/group.ts";
import type { Place, Share } from "./quota.ts";

/** `ended`: its place went to a newer one. */
export type StaleVerdict = Verdict | { readonly tag: "ended" };

/** Of the share, what is being stored at once; bytes of bodies. */
const MOST_HELD = 16;
const MOST_HELD_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly place: Place;
  readonly entry: QuarantineEntry;
  readonly resolve: (verdict: StaleVerdict) => void;
}

/** Returns the function that stores an entry and gives its place back. It does not reject as long as `store` does not. */
export function newestFirst(
  share: Share,
  store: (entry: QuarantineEntry) => Promise<Verdict>,
): (entry: QuarantineEntry, place: Place) => Promise<StaleVerdict> {
  const waiting = new Set<Waiting>();
  let held = 0;
  let heldBytes = 0;

  function storeNext(): void {
    while (held < MOST_HELD) {
      const next = newestOf(waiting);
      if (next === undefined || (held > 0 && heldBytes + next.place.bytes > MOST_HELD_BYTES)) return;
      waiting.delete(next);
      void storeOne(next);
    }
  }

  async function storeOne({ place, entry, resolve }: Waiting): Promise<void> {
    const { bytes } = place;
    share.hold(place);
    held += 1;
    heldBytes += bytes;
    const verdict = await store(entry);
    held -= 1;
    heldBytes -= bytes;
    share.leave(place);
    resolve(verdict);
    storeNext();
  }

  return (entry, place) =>
    new Promise((resolve) => {
      const one: Waiting = { place, entry, resolve };
      waiting.add(one);
      share.whenEnded(place, () => {
        waiting.delete(one);
        resolve({ tag: "ended" });
      });
      storeNext();
    });
}

function newestOf(waiting: ReadonlySet<Waiting>): Waiting | undefined {
  let newest: Waiting | undefined;
  for (const one of waiting) {
    if (newest === undefined || one.place.requestTime > newest.place.requestTime) newest = one;
  }
  return newest;
}
