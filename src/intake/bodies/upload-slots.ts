/**
 * Slots for long bodies: a long one needs one of a few before it goes on. Until it has one it is not read, and the network
 * holds its sender back. While others wait, whoever brings too little loses its slot.
 */
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
/** Chat waits two seconds for its answer: what is slower than this is in vain. In bytes. */
const LEAST_BROUGHT = 32 * 1024;
/** Whatever `server.max_body` is: with a single slot, one slow body would stop all long ones. */
const FEWEST_SLOTS = 2;

interface Slot {
  /** The most that it may get, in bytes. */
  readonly size: number;
  /** When it last had brought enough, and how much it had then. */
  at: number;
  bytes: number;
}

interface Waiter {
  readonly upload: Upload;
  readonly size: number;
  resolve(hasSlot: boolean): void;
}

export function uploadSlots(limits: UploadLimits, clock: () => number): UploadSlots {
  const slots = new Map<Upload, Slot>();
  let waiters: Waiter[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function fill(): void {
    while (waiters[0] !== undefined && isFreeFor(waiters[0].size, [...slots.values()], limits)) {
      const [{ upload, size, resolve }] = waiters as [Waiter];
      waiters = waiters.slice(1);
      slots.set(upload, { size, at: clock(), bytes: upload.bytes });
      resolve(true);
    }
    // judged after the next look at the network: what waits there while we are busy has been brought
    if (waiters.length > 0 && timer === undefined) timer = setTimeout(() => setImmediate(hurry), limits.patienceMs);
  }

  function hurry(): void {
    timer = undefined;
    let isAnySlow = true;
    while (waiters.length > 0 && isAnySlow) isAnySlow = endSlowest();
    fill();
  }

  /** Ends the one that has been bringing too little for the longest; false when there is none. */
  function endSlowest(): boolean {
    const slowest = slowestOf(slots, clock() - limits.patienceMs);
    if (slowest === undefined) return false;
    remove(slowest);
    slowest.end("crowded");
    return true;
  }

  function remove(upload: Upload): void {
    if (slots.delete(upload)) fill();
    else waiters = waiters.filter((waiter) => waiter.upload !== upload || void waiter.resolve(false));
  }

  return {
    async take(upload, size) {
      if (isTooMuch(size, [...slots.values(), ...waiters], limits) && !endSlowest()) return false;
      return new Promise((resolve) => {
        waiters.push({ upload, size, resolve });
        fill();
      });
    },
    has: (upload) => slots.has(upload),
    grow(upload, bytes) {
      upload.bytes += bytes;
      const slot = slots.get(upload);
      if (slot === undefined || upload.bytes - slot.bytes < LEAST_BROUGHT) return;
      slot.at = clock();
      slot.bytes = upload.bytes;
    },
    remove,
    all: () => [...waiters.map(({ upload }) => upload), ...slots.keys()],
    count: () => slots.size + waiters.length,
  };
}

interface Sized {
  readonly size: number;
}

function isFreeFor(size: number, taken: readonly Sized[], { slotBytes }: UploadLimits): boolean {
  return taken.length < FEWEST_SLOTS || sum(taken.map((one) => one.size)) + size <= slotBytes;
}

/** More than the runtime may hold, whether it is read or waits. */
function isTooMuch(size: number, others: readonly Sized[], { longBytes }: UploadLimits): boolean {
  const unread = [...others, { size }].map((one) => Math.min(one.size, TAKEN_UNREAD));
  return unread.length > FEWEST_SLOTS && sum(unread) > longBytes;
}

/** The one that has brought too little since `before`, and for the longest. */
function slowestOf(slots: ReadonlyMap<Upload, Slot>, before: number): Upload | undefined {
  let slowest: Upload | undefined;
  let since = Number.POSITIVE_INFINITY;
  for (const [upload, { at }] of slots) {
    if (upload.isWhole || at > before || at >= since) continue;
    slowest = upload;
    since = at;
  }
  return slowest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
