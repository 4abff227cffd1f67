/** Takes over the files that were set aside, and remembers how far each is. */
import { segmentsOf } from "./names.ts";
import { removeSegment } from "./segment.ts";
import { type Progress, startOfFile, type Taker, takeSegment } from "./take.ts";

/** A file that could not be taken over, and why. */
export interface SegmentTrouble {
  readonly segment: string;
  readonly error: unknown;
}

/** Takes each file over but those named; one that fails does not keep the others. */
export type TakeSegments = (taker: Taker, except?: readonly string[]) => Promise<readonly SegmentTrouble[]>;

export interface SegmentTakerOptions {
  /** Called when a file was read to its end, before it is removed: what somebody has taken out of it meanwhile is looked for. */
  readonly onRead?: (segment: string) => Promise<void>;
  /** Called after each file that is taken over, and gone. */
  readonly onTaken?: (segment: string) => Promise<void>;
}

export function segmentTaker(path: string, { onRead, onTaken }: SegmentTakerOptions = {}): TakeSegments {
  const progress = new Map<string, Progress>();
  return async (taker, except = []) => {
    const troubles: SegmentTrouble[] = [];
    for (const segment of await segmentsOf(path)) {
      if (except.includes(segment)) continue;
      const known = progress.get(segment) ?? startOfFile();
      progress.set(segment, known);
      try {
        if (!(await takeSegment(path, segment, known, taker))) continue;
        await onRead?.(segment);
        await removeSegment(segment);
        progress.delete(segment);
        await onTaken?.(segment);
      } catch (error) {
        troubles.push({ segment, error });
      }
    }
    return troubles;
  };
}
