/** Taking over what is spooled: what was set aside before, then what is being written. */
import type { Taker } from "./take.ts";
import type { SegmentTrouble, TakeSegments } from "./take-segments.ts";

export interface TakingOverOptions {
  readonly takeSegments: TakeSegments;
  /** Moves the file that is being written out of the way: from then on it is one of those that are taken over. */
  readonly setAside: () => Promise<void>;
}

/** So many files may lie set aside; then those that come are appended to one, until the store takes something. */
const MOST_SEGMENTS = 20;

/** Takes over what it can; resolves with the first trouble, if there was any. */
export async function takeOver(
  taker: Taker,
  { takeSegments, setAside }: TakingOverOptions,
): Promise<SegmentTrouble | undefined> {
  const before = await takeSegments(taker);
  const failed = before.map(({ segment }) => segment);
  const isRoom = !taker.stopping && failed.length < MOST_SEGMENTS;
  if (isRoom) await setAside();
  const after = isRoom ? await takeSegments(taker, failed) : [];
  return [...before, ...after][0];
}
