/** Reads a body piece by piece: one that is long, or of which nobody has said how long it is. */
import type { BodyReading } from "./body-reading.ts";
import { LONG, type Upload } from "./upload.ts";
import type { Uploads } from "./uploads.ts";

export interface Expected {
  readonly maxBytes: number;
  /** Whether `maxBytes` is what the request declared. */
  readonly isDeclared: boolean;
}

/** Reads to the end, or to more than was expected; a long body waits for its slot. Never rejects. */
export async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  upload: Upload,
  { maxBytes, isDeclared }: Expected,
  uploads: Pick<Uploads, "slot" | "grow">,
): Promise<BodyReading> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let whole: Buffer | undefined;
  try {
    while (size <= maxBytes) {
      if (size > LONG && !(await uploads.slot(upload, maxBytes))) return { tag: "incomplete", why: "crowded" };
      const { done, value } = await reader.read();
      if (done) return { tag: "read", bytes: whole?.subarray(0, size) ?? Buffer.concat(chunks) };
      // put together as it comes, where its length is known: twice the room of a long body is a lot
      if (isDeclared && size > LONG) {
        whole ??= Buffer.concat(chunks, maxBytes);
        chunks = [];
        whole.set(value, size);
      } else chunks.push(value);
      size += value.length;
      uploads.grow(upload, value.length);
    }
    return { tag: "tooLarge", size, declared: false };
  } catch {
    return { tag: "incomplete", why: "broken" };
  }
}
