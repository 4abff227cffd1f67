/** Stores stale entries a few at a time, the newest RequestTime first: the others can still make room for newer ones. */
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { KeepResult } from "../keeping/group.ts";
import type { QuotaPlace, StaleQuota } from "./quota.ts";

/** `ended`: its place went to a newer one. */
export type StaleResult = KeepResult | { readonly tag: "ended" };

/** Of the quota, what is being stored at once; bytes of bodies. */
const MOST_HELD = 16;
const MOST_HELD_BYTES = 8 * 1024 * 1024;

interface QueuedEntry {
  readonly place: QuotaPlace;
  readonly entry: QuarantineEntry;
  readonly seenAt: number;
  readonly resolve: (result: StaleResult) => void;
}

/**
 * Returns the function that stores an entry and gives its place back. It does not reject as long as `store` does not.
 * @param store calls `release` when nobody holds the entry's bytes any more; `seenAt` is handed on to it
 */
export function newestFirst(
  quota: StaleQuota,
  store: (entry: QuarantineEntry, seenAt: number, release: () => void) => Promise<KeepResult>,
): (entry: QuarantineEntry, seenAt: number, place: QuotaPlace) => Promise<StaleResult> {
  const waiting = new Set<QueuedEntry>();
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

  async function storeOne({ place, entry, seenAt, resolve }: QueuedEntry): Promise<void> {
    const { bytes } = place;
    quota.hold(place);
    held += 1;
    heldBytes += bytes;
    const release = () => {
      heldBytes -= bytes;
      quota.leave(place);
      storeNext();
    };
    const result = await store(entry, seenAt, release);
    held -= 1;
    resolve(result);
    storeNext();
  }

  return (entry, seenAt, place) =>
    new Promise((resolve) => {
      const one: QueuedEntry = { place, entry, seenAt, resolve };
      waiting.add(one);
      quota.whenEnded(place, () => {
        waiting.delete(one);
        resolve({ tag: "ended" });
      });
      storeNext();
    });
}

function newestOf(waiting: ReadonlySet<QueuedEntry>): QueuedEntry | undefined {
  let newest: QueuedEntry | undefined;
  for (const one of waiting) {
    if (newest === undefined || one.place.requestTime > newest.place.requestTime) newest = one;
  }
  return newest;
}
