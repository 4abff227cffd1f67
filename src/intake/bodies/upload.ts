/** A body under way, and how much of them there may be. */

/** `late`: its time is over. `crowded`: others needed its room. */
export type UploadEnding = "late" | "crowded";

export interface Upload {
  /** By the clock of `performance.now()`. */
  readonly dueAt: number;
  /** Bytes that it holds; of a short one that is read as a whole, the bytes that it declared. */
  bytes: number;
  /** It has come to its end, and holds its bytes until it is answered: nobody ends it any more. */
  isWhole: boolean;
  /** Called at most once, after it has left. */
  end(why: UploadEnding): void;
}

/** Counts, and sizes in bytes. */
export interface UploadLimits {
  /** Bodies that have not become long, and what they may hold together. */
  readonly shortCount: number;
  readonly shortBytes: number;
  /** What the runtime may hold of long bodies, with a slot and without. */
  readonly longBytes: number;
  /** What long bodies with a slot may hold together. */
  readonly slotBytes: number;
  /** Milliseconds in which one with a slot must bring its share, while others wait for a slot. */
  readonly patienceMs: number;
}

export const UPLOAD_LIMITS: UploadLimits = {
  shortCount: 2_000,
  shortBytes: 16 * 1024 * 1024,
  longBytes: 80 * 1024 * 1024,
  slotBytes: 8 * 1024 * 1024,
  patienceMs: 500,
};

/** Most bytes of a body that is not long. */
export const LONG = 16 * 1024;
