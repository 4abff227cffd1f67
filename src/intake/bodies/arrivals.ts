/** Bodies as they come in, each with its time to come to its end. */
import type { Upload, UploadEnding } from "./upload.ts";
import type { Uploads } from "./uploads.ts";

export interface Arrivals {
  /** A body begins to come. `end` is called, once it has left, when its time is over or others need its room. */
  begin(bytes: number, end: (why: UploadEnding) => void): Upload;
}

/** How late a body may be given up, as a share of its time: one timer for each would cost as much as reading a callback. */
const LATENESS = 1 / 8;

/** @param timeoutMs milliseconds until a body that does not come to its end is given up */
export function openArrivals(uploads: Uploads, timeoutMs: number): Arrivals {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function startTimer(): void {
    timer = setTimeout(sweep, timeoutMs * LATENESS);
    timer.unref();
  }

  function sweep(): void {
    timer = undefined;
    uploads.sweep(performance.now());
    if (uploads.size() > 0) startTimer();
  }

  return {
    begin(bytes, end) {
      const upload: Upload = { dueAt: performance.now() + timeoutMs, bytes, isWhole: false, end };
      uploads.enter(upload);
      if (timer === undefined) startTimer();
      return upload;
    },
  };
}
