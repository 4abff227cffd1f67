/**
 * What comes with a `Sign` that is right and a `RequestTime` that is not recent: an old URL in wrong hands, or an honest
 * callback while our own clock is off. Refused, and kept in the quarantine, each within bounds; what is outside them is
 * refused unread.
 */
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { CallbackQuery } from "../admission/query.ts";
import { wordsFor } from "../admission/refusals.ts";
import type { Answers } from "../answers.ts";
import { isOther } from "../callback-of.ts";
import type { Counters } from "../counters.ts";
import type { QuarantineKeeper } from "../keeping/quarantining.ts";
import { readStaleEntry, type StaleHead, type StaleReadingOptions, type StaleRefusal } from "./entry.ts";
import { fullTimes } from "./full-times.ts";
import { newestFirst } from "./newest-first.ts";
import { openQuota, type QuotaPlace } from "./quota.ts";
import type { SenderClocks } from "./sender-clocks.ts";

export interface StaleOptions extends Omit<StaleReadingOptions, "quota"> {
  readonly keep: QuarantineKeeper;
  readonly counters: Pick<Counters, "add">;
  readonly senders: Pick<SenderClocks, "stale">;
  /** Whether there is room for an entry where it will be kept, as far as is known beforehand; counts it when there is. */
  readonly admits: (entry: QuarantineEntry) => boolean;
}

export type ReceiveStale = (
  request: Request,
  query: CallbackQuery,
  refusal: StaleRefusal,
  moment: Pick<StaleHead, "receivedAt" | "seenAt">,
) => Response | Promise<Response>;

export function staleReceiver(options: StaleOptions, answer: Answers): ReceiveStale {
  const { keep, counters, senders, admits } = options;
  const quota = openQuota();
  const keepNewestFirst = newestFirst(quota, keep.entry);
  const full = fullTimes();

  async function receive(request: Request, head: StaleHead): Promise<Response> {
    const { refusal } = head;
    const reading = await readStaleEntry(request, head, { ...options, quota });
    if (reading.tag === "entry") return keepEntry(reading.entry, head, reading.place);
    if (reading.tag === "noRoom") return unread(refusal);
    counters.add("refused_body", 1, refusal.app);
    return answer.fail(408, "the body did not come to its end", { close: true });
  }

  async function keepEntry(
    entry: QuarantineEntry,
    { refusal, seenAt }: StaleHead,
    place: QuotaPlace,
  ): Promise<Response> {
    if (!admits(entry)) {
      quota.leave(place);
      return unread(refusal);
    }
    const result = await keepNewestFirst(entry, seenAt, place);
    if (result.tag === "kept") return answer.fail(403, wordsFor(refusal), { close: entry.size > entry.body.length });
    if (result.tag === "notKept") return keep.lost({ callbacks: [], quarantine: [entry] }, result.why);
    if (result.tag === "noRoom") full.add(refusal.app, refusal.requestTime);
    return unread(refusal);
  }

  /** What is left of it will not be read. */
  function unread(refusal: StaleRefusal): Response {
    counters.add("stale_unkept", 1, refusal.app);
    return answer.fail(403, wordsFor(refusal), { close: true });
  }

  return (request, query, refusal, moment) => {
    const { app, requestTime, aheadMs } = refusal;
    const behindMs = senders.stale(app, requestTime, aheadMs);
    // what is none of our business is not kept, however it came
    if (isOther(query.command)) return answer.fail(403, wordsFor(refusal));
    if (full.has(app, requestTime)) return unread(refusal);
    return receive(request, { query, refusal, ...moment, behindMs });
  };
}
