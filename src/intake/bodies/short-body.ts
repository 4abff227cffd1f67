/** The quick way of nearly every callback: the runtime puts the body together. */
import type { Arrivals } from "./arrivals.ts";
import type { BodyReading } from "./body-reading.ts";
import type { Pacer } from "./pacer.ts";
import type { UploadEnding } from "./upload.ts";
import type { Uploads } from "./uploads.ts";

export interface ShortBodyOptions {
  readonly arrivals: Arrivals;
  readonly uploads: Pick<Uploads, "leave">;
  /** Waits for one's turn to be answered without having been read. */
  readonly unread: Pacer;
}

/** Makes what reads a body that declares so many bytes. It never rejects. */
export function shortBodyReader({ arrivals, uploads, unread }: ShortBodyOptions) {
  return (request: Pick<Request, "bytes">, size: number): Promise<BodyReading> =>
    new Promise((resolve) => {
      const giveUp = (why: UploadEnding | "broken") => void unread().then(() => resolve({ tag: "incomplete", why }));
      const upload = arrivals.begin(size, giveUp);
      request.bytes().then(
        (bytes) => {
          uploads.leave(upload);
          resolve({ tag: "read", bytes });
        },
        () => {
          uploads.leave(upload);
          giveUp("broken");
        },
      );
    });
}
