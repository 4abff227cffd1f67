/** Bodies that have not become long: each holds little, and there is room for many. The slowest makes room for the newest. */
import type { Upload, UploadLimits } from "./upload.ts";

export interface ShortUploads {
  /** Takes one in; others that are slower are ended for it. */
  add(upload: Upload): void;
  /** More of it has come; others that are slower are ended for it. */
  grow(upload: Upload, bytes: number): void;
  has(upload: Upload): boolean;
  /** False when it is not here. */
  remove(upload: Upload): boolean;
  all(): readonly Upload[];
  count(): number;
}

export function shortUploads({ shortCount, shortBytes }: UploadLimits): ShortUploads {
  // in the order of their coming, since all have the same time
  const uploads = new Set<Upload>();
  let held = 0;

  function remove(upload: Upload): boolean {
    const isHere = uploads.delete(upload);
    if (isHere) held -= upload.bytes;
    return isHere;
  }

  /** All hold little: the one that has been here longest is the slowest. */
  function makeRoom(newest: Upload): void {
    for (const upload of uploads) {
      if (uploads.size <= shortCount && held <= shortBytes) return;
      if (upload === newest) continue;
      remove(upload);
      upload.end("crowded");
    }
  }

  return {
    remove,
    add(upload) {
      uploads.add(upload);
      held += upload.bytes;
      makeRoom(upload);
    },
    grow(upload, bytes) {
      upload.bytes += bytes;
      held += bytes;
      makeRoom(upload);
    },
    has: (upload) => uploads.has(upload),
    all: () => [...uploads],
    count: () => uploads.size,
  };
}
