/**
 * Slots for long bodies: a long one needs one of a few before it goes on. Until it has one it is not read, and the network
 * holds its sender back. While others wait, whoever brings too little loses its slot.
 */
import { sum } from "../../basics/sum.ts";
import { slotQueue } from "./slot-queue.ts";
import { FEWEST_SLOTS, slotTable } from "./slot-table.ts";
import type { Upload, UploadLimits } from "./upload.ts";

export interface UploadSlots {
  /**
   * Resolves with true when it has a slot; with false when there is none to be had, or it is removed meanwhile.
   * @param size the most bytes that it may get
   */
  take(upload: Upload, size: number): Promise<boolean>;
  has(upload: Upload): boolean;
  /** More of it has come. */
  grow(upload: Upload, bytes: number): void;
  /** It needs no slot any more. What is not here is left alone. */
  remove(upload: Upload): void;
  /** Those with a slot, and those that wait for one. */
  all(): readonly Upload[];
  count(): number;
}

/** Bytes of one body that Bun takes from the network before anybody reads it; Deno takes less. */
const TAKEN_UNREAD = 2 * 1024 * 1024;

export function uploadSlots(limits: UploadLimits, clock: () => number): UploadSlots {
  const slots = slotTable(limits, clock);
  const queue = slotQueue();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function fill(): void {
    queue.admit(slots.isFreeFor, slots.give);
    // judged after the next look at the network: what waits there while we are busy has been brought
    if (!queue.isEmpty() && timer === undefined) timer = setTimeout(() => setImmediate(hurry), limits.patienceMs);
  }

  function hurry(): void {
    timer = undefined;
    let isAnySlow = true;
    while (!queue.isEmpty() && isAnySlow) isAnySlow = endSlowest();
    fill();
  }

  /** False when there is none. */
  function endSlowest(): boolean {
    const slowest = slots.slowest();
    if (slowest === undefined) return false;
    remove(slowest);
    slowest.end("crowded");
    return true;
  }

  function remove(upload: Upload): void {
    if (slots.take(upload)) fill();
    else queue.remove(upload);
  }

  return {
    async take(upload, size) {
      if (isTooMuch([...slots.sizes(), ...queue.sizes(), size], limits) && !endSlowest()) return false;
      const isLetIn = queue.wait(upload, size);
      fill();
      return isLetIn;
    },
    has: slots.has,
    grow(upload, bytes) {
      upload.bytes += bytes;
      slots.note(upload);
    },
    remove,
    all: () => [...queue.all(), ...slots.all()],
    count: () => slots.all().length + queue.all().length,
  };
}

/** More than the runtime may hold, whether it is read or waits. */
function isTooMuch(sizes: readonly number[], { longBytes }: UploadLimits): boolean {
  return sizes.length > FEWEST_SLOTS && sum(sizes.map((size) => Math.min(size, TAKEN_UNREAD))) > longBytes;
}
