/** Reads the body of a stale request within its place in the quota. */
import { declaredLength } from "../bodies/declared-length.ts";
import type { QuotaPlace, StaleQuota } from "./quota.ts";

export type StaleBody =
  | { readonly tag: "read"; readonly bytes: Uint8Array; readonly place: QuotaPlace }
  /** `size` in bytes: what was declared, or what had come when reading was given up. */
  | { readonly tag: "tooLarge"; readonly size: number; readonly declared: boolean }
  /** There is no room, or no more: nothing of it is held. */
  | { readonly tag: "noRoom" }
  /** It did not come to its end in time, or the connection broke. */
  | { readonly tag: "incomplete" };

export interface StaleBodyOptions {
  readonly quota: StaleQuota;
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly requestTime: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Never rejects. Whoever gets `read` gives the place back. */
export function readStaleBody(request: Request, options: StaleBodyOptions): Promise<StaleBody> {
  const { quota, app, requestTime, maxBytes, timeoutMs } = options;
  const declared = declaredLength(request.headers) ?? 0;
  if (declared > maxBytes) return Promise.resolve({ tag: "tooLarge", size: declared, declared: true });
  return new Promise((resolve) => {
    const place = quota.enter(app, requestTime, declared, () => end({ tag: "noRoom" }));
    if (place === undefined) return resolve({ tag: "noRoom" });
    const reader = request.body?.getReader();
    const timer = setTimeout(() => end({ tag: "incomplete" }), timeoutMs);

    function end(body: StaleBody): void {
      clearTimeout(timer);
      if (body.tag !== "read") {
        if (place !== undefined) quota.leave(place);
        reader?.cancel().catch(() => undefined);
      }
      resolve(body);
    }

    async function read(mine: QuotaPlace): Promise<StaleBody> {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done || value === undefined) return { tag: "read", bytes: Buffer.concat(chunks), place: mine };
        size += value.length;
        if (size > maxBytes) return { tag: "tooLarge", size, declared: false };
        // what was declared has its place already
        const more = size - Math.max(declared, size - value.length);
        if (more > 0 && !quota.grow(mine, more)) return { tag: "noRoom" };
        chunks.push(value);
      }
    }

    read(place).then(end, () => end({ tag: "incomplete" }));
  });
}
