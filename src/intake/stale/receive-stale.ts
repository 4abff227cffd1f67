/**
 * What comes with a `Sign` that is right and a `RequestTime` that is not recent: an old URL in wrong hands, or an honest
 * callback while our own clock is off. Refused, and kept in the quarantine, each within bounds; what is outside them is
 * refused unread.
 */
import { staleEntry } from "../../callback.ts";
import type { QuarantineEntry, StaleMark } from "../../storage/contract/callbacks.ts";
import type { CallbackQuery } from "../admission/query.ts";
import { type Refusal, wordsFor } from "../admission/refusals.ts";
import type { Answers } from "../answers.ts";
import { callbackOf, isOther, NO_BODY } from "../callback-of.ts";
import type { Counters } from "../counters.ts";
import type { QuarantineKeeper } from "../keeping/quarantining.ts";
import { readStaleBody } from "./body.ts";
import { newestFirst } from "./newest-first.ts";
import { openQuota, type Place, QUOTA } from "./quota.ts";
import type { SenderClocks } from "./sender-clocks.ts";

export type StaleRefusal = Refusal & { readonly tag: "stale" };

export interface StaleOptions {
  readonly keep: QuarantineKeeper;
  readonly counters: Pick<Counters, "add">;
  readonly senders: Pick<SenderClocks, "stale">;
  /** Whether there is room for an entry where it will be kept, as far as is known beforehand; counts it when there is. */
  readonly admits: (entry: QuarantineEntry) => boolean;
  /** Bytes of the largest body that is read (`server.max_body`). */
  readonly maxBody: () => number;
  /** Milliseconds until a body that does not come to its end is given up. */
  readonly bodyTimeoutMs: number;
}

export type ReceiveStale = (
  request: Request,
  query: CallbackQuery,
  refusal: StaleRefusal,
  receivedAt: number,
) => Response | Promise<Response>;

/** For so long a RequestTime that there is no more room for is refused unread, in milliseconds. */
const FULL_MS = 10_000;
const MOST_REMEMBERED = 1_000;

export function staleReceiver(options: StaleOptions, answer: Answers): ReceiveStale {
  const { keep, counters, senders, admits, maxBody, bodyTimeoutMs } = options;
  const quota = openQuota();
  const keepNewestFirst = newestFirst(quota, keep.entry);
  const full = new Map<string, number>();

  function receive(
    request: Request,
    query: CallbackQuery,
    refusal: StaleRefusal,
    receivedAt: number,
  ): Response | Promise<Response> {
    const { app, requestTime, aheadMs } = refusal;
    const stale: StaleMark = { requestTime, behindMs: senders.stale(app, requestTime, aheadMs) };
    // what is none of our business is not kept, however it came
    if (isOther(query.command)) return answer.fail(403, wordsFor(refusal));
    if (isFull(keyOf(refusal))) return unread(refusal);
    return read(request, query, refusal, { receivedAt, stale });
  }

  async function read(
    request: Request,
    query: CallbackQuery,
    refusal: StaleRefusal,
    { receivedAt, stale }: { readonly receivedAt: number; readonly stale: StaleMark },
  ): Promise<Response> {
    const { app, requestTime } = refusal;
    const maxBytes = Math.min(maxBody(), QUOTA.ofOneTime.bytes);
    const body = await readStaleBody(request, { quota, app, requestTime, maxBytes, timeoutMs: bodyTimeoutMs });
    const entryOf = (bytes: Uint8Array, size: number) =>
      staleEntry(callbackOf(query, app, receivedAt, bytes), wordsFor(refusal), stale, size);
    switch (body.tag) {
      case "read":
        return keepEntry(entryOf(body.bytes, body.bytes.length), refusal, body.place);
      case "tooLarge": {
        const place = quota.enter(app, requestTime, 0, () => undefined);
        return place === undefined ? unread(refusal) : keepEntry(entryOf(NO_BODY, body.size), refusal, place);
      }
      case "noRoom":
        return unread(refusal);
      case "incomplete":
        counters.add("refused_body", 1, app);
        return answer.fail(408, "the body did not come to its end", { close: true });
    }
  }

  async function keepEntry(entry: QuarantineEntry, refusal: StaleRefusal, place: Place): Promise<Response> {
    if (!admits(entry)) {
      quota.leave(place);
      return unread(refusal);
    }
    const result = await keepNewestFirst(entry, place);
    if (result.tag === "kept") return answer.fail(403, wordsFor(refusal), { close: entry.size > entry.body.length });
    if (result.tag === "notKept") return keep.lost({ callbacks: [], quarantine: [entry] }, result.why);
    if (result.tag === "noRoom") remember(keyOf(refusal));
    return unread(refusal);
  }

  /** What is left of it will not be read. */
  function unread(refusal: StaleRefusal): Response {
    counters.add("stale_unkept", 1, refusal.app);
    return answer.fail(403, wordsFor(refusal), { close: true });
  }

  function isFull(key: string): boolean {
    const until = full.get(key);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    full.delete(key);
    return false;
  }

  function remember(key: string): void {
    const [oldest] = full.keys();
    if (full.size >= MOST_REMEMBERED && oldest !== undefined) full.delete(oldest);
    full.set(key, performance.now() + FULL_MS);
  }

  return receive;
}

const keyOf = ({ app, requestTime }: StaleRefusal): string => `${requestTime} ${app}`;
