/** Bodies that are read in pieces, and hold their room until they are answered and nobody needs their bytes any more. */
import { letGo } from "../../basics/garbage.ts";
import type { Arrivals } from "./arrivals.ts";
import type { BodyReading } from "./body-reading.ts";
import { type Expected, readChunks } from "./chunks.ts";
import type { Upload } from "./upload.ts";
import type { Uploads } from "./uploads.ts";

export interface LongBodies {
  /** Never rejects. */
  read(request: Request, stream: ReadableStream<Uint8Array>, expected: Expected): Promise<BodyReading>;
  /** Somebody else holds its bytes, too. Undefined of one that was not read here. */
  hold(request: Request): (() => void) | undefined;
  /** It is answered. Returns whether it was read to its end. */
  conclude(request: Request): boolean;
}

interface LongBody {
  readonly upload: Upload;
  /** How many need its bytes. */
  holders: number;
}

export function longBodies(arrivals: Arrivals, uploads: Pick<Uploads, "leave" | "slot" | "grow">): LongBodies {
  const open = new Map<Request, LongBody>();

  function release(body: LongBody): void {
    body.holders -= 1;
    if (body.holders > 0) return;
    uploads.leave(body.upload);
    letGo(body.upload.bytes);
  }

  return {
    async read(request, stream, expected) {
      const reader = stream.getReader();
      const ended = Promise.withResolvers<BodyReading>();
      const upload = arrivals.begin(0, (why) => ended.resolve({ tag: "incomplete", why }));
      open.set(request, { upload, holders: 1 });
      const reading = await Promise.race([readChunks(reader, upload, expected, uploads), ended.promise]);
      upload.isWhole = reading.tag === "read";
      // the pieces that it came in
      letGo(upload.bytes);
      // nobody reads the rest; a body that has come to its end is not touched by this
      reader.cancel().catch(() => undefined);
      return reading;
    },
    hold(request) {
      const body = open.get(request);
      if (body === undefined) return undefined;
      body.holders += 1;
      return () => release(body);
    },
    conclude(request) {
      const body = open.get(request);
      if (body === undefined) return false;
      open.delete(request);
      release(body);
      return body.upload.isWhole;
    },
  };
}
