/** The slots that long bodies hold: who has one, since when it brings too little, and whether there is room for another. */
import { sum } from "../../basics/sum.ts";
import type { Upload, UploadLimits } from "./upload.ts";

export interface SlotTable {
  /** @param size the most that it may get, in bytes */
  give(upload: Upload, size: number): void;
  /** False when it had none. */
  take(upload: Upload): boolean;
  has(upload: Upload): boolean;
  /** More of it has come: whoever brings enough begins anew. */
  note(upload: Upload): void;
  isFreeFor(size: number): boolean;
  /** The one that has brought too little for `patienceMs`, and for the longest. */
  slowest(): Upload | undefined;
  sizes(): readonly number[];
  all(): readonly Upload[];
}

/** Chat waits two seconds for its answer: what is slower than this is in vain. In bytes. */
const LEAST_BROUGHT = 32 * 1024;
/** Whatever `server.max_body` is: with a single slot, one slow body would stop all long ones. */
export const FEWEST_SLOTS = 2;

interface Slot {
  readonly size: number;
  /** When it last had brought enough, and how much it had then. */
  at: number;
  bytes: number;
}

export function slotTable(limits: UploadLimits, clock: () => number): SlotTable {
  const slots = new Map<Upload, Slot>();
  const sizes = () => [...slots.values()].map(({ size }) => size);
  return {
    sizes,
    give: (upload, size) => void slots.set(upload, { size, at: clock(), bytes: upload.bytes }),
    take: (upload) => slots.delete(upload),
    has: (upload) => slots.has(upload),
    note(upload) {
      const slot = slots.get(upload);
      if (slot === undefined || upload.bytes - slot.bytes < LEAST_BROUGHT) return;
      slot.at = clock();
      slot.bytes = upload.bytes;
    },
    isFreeFor: (size) => slots.size < FEWEST_SLOTS || sum(sizes()) + size <= limits.slotBytes,
    slowest: () => slowestOf(slots, clock() - limits.patienceMs),
    all: () => [...slots.keys()],
  };
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
