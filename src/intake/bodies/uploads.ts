/**
 * The bodies that are still coming in: how many there may be, how much they may hold together, and which of them is ended
 * for the sake of the others. What arrives is counted as it arrives. All begin as short ones; one that turns out to be long
 * needs a slot.
 */
import { shortUploads } from "./short-uploads.ts";
import { UPLOAD_LIMITS, type Upload, type UploadEnding, type UploadLimits } from "./upload.ts";
import { uploadSlots } from "./upload-slots.ts";

export interface Uploads {
  /** Takes a body in; others that are slower are ended for it. */
  enter(upload: Upload): void;
  /** More of it has come. */
  grow(upload: Upload, bytes: number): void;
  /** It is long: resolves when it has a slot, and with false when there is none to be had. `size` is the most it may get. */
  slot(upload: Upload, size: number): Promise<boolean>;
  /** It needs no room any more. What has left before is left alone. */
  leave(upload: Upload): void;
  /** Ends what is due. */
  sweep(now: number): void;
  /** How many there are. */
  size(): number;
}

export function openUploads(given: Partial<UploadLimits> = {}, clock: () => number = () => performance.now()): Uploads {
  const limits = { ...UPLOAD_LIMITS, ...given };
  const short = shortUploads(limits);
  const slots = uploadSlots(limits, clock);

  function leave(upload: Upload): void {
    if (!short.remove(upload)) slots.remove(upload);
  }

  function end(upload: Upload, why: UploadEnding): void {
    leave(upload);
    upload.end(why);
  }

  return {
    leave,
    enter: short.add,
    grow(upload, bytes) {
      if (short.has(upload)) short.grow(upload, bytes);
      else slots.grow(upload, bytes);
    },
    async slot(upload, size) {
      return short.remove(upload) ? slots.take(upload, size) : slots.has(upload);
    },
    sweep(now) {
      for (const upload of [...short.all(), ...slots.all()]) {
        if (upload.dueAt <= now && !upload.isWhole) end(upload, "late");
      }
    },
    size: () => short.count() + slots.count(),
  };
}
