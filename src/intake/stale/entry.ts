/** Reads a stale request into what may be kept of it, within its place in the quota. */
import { staleEntry } from "../../callback.ts";
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { CallbackQuery } from "../admission/query.ts";
import { type Refusal, wordsFor } from "../admission/refusals.ts";
import { NO_BODY, receivedCallback } from "../callback-of.ts";
import { readStaleBody } from "./body.ts";
import { QUOTA, type QuotaPlace, type StaleQuota } from "./quota.ts";

export type StaleRefusal = Refusal & { readonly tag: "stale" };

/** What its URL said, and when. */
export interface StaleHead {
  readonly query: CallbackQuery;
  readonly refusal: StaleRefusal;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** The same moment, by a clock that does not jump. */
  readonly seenAt: number;
  /** How far it lies behind the newest of its app, in milliseconds. */
  readonly behindMs: number;
}

export type StaleReading =
  /** Whoever gets it gives the place back. */
  | { readonly tag: "entry"; readonly entry: QuarantineEntry; readonly place: QuotaPlace }
  | { readonly tag: "noRoom" }
  /** The body did not come to its end in time, or the connection broke. */
  | { readonly tag: "incomplete" };

export interface StaleReadingOptions {
  readonly quota: StaleQuota;
  /** Bytes of the largest body that is read (`server.max_body`). */
  readonly maxBody: () => number;
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly bodyTimeoutMs: number;
}

/** Never rejects. */
export async function readStaleEntry(
  request: Request,
  { query, refusal, receivedAt, behindMs }: StaleHead,
  { quota, maxBody, bodyTimeoutMs }: StaleReadingOptions,
): Promise<StaleReading> {
  const { app, requestTime } = refusal;
  const maxBytes = Math.min(maxBody(), QUOTA.ofOneTime.bytes);
  const body = await readStaleBody(request, { quota, app, requestTime, maxBytes, timeoutMs: bodyTimeoutMs });
  const entryOf = (bytes: Uint8Array, size: number) =>
    staleEntry(receivedCallback(query, app, receivedAt, bytes), wordsFor(refusal), { requestTime, behindMs }, size);
  if (body.tag === "read") return { tag: "entry", entry: entryOf(body.bytes, body.bytes.length), place: body.place };
  if (body.tag !== "tooLarge") return body;
  const place = quota.enter(app, requestTime, 0, () => undefined);
  return place === undefined ? { tag: "noRoom" } : { tag: "entry", entry: entryOf(NO_BODY, body.size), place };
}
