/** What a receiver's answer means. Pure. */
import {
  accepted,
  type DeliverResult,
  delivered,
  type Outcome,
  outcomes,
  type Reason,
  rejected,
  retry,
  sentence,
  shownUrl,
} from "../../src/connector.ts";
import {
  isPage,
  isRefusal,
  isSuccess,
  reasonFor,
  refusalMeaning,
  retryAfterMs,
  type Said,
  troubleOf,
} from "../../src/connector-tools.ts";
import type { WireAnswer } from "../../src/guarded-http/transport.ts";
import type { AnswerEnding } from "../../src/guarded-http/wire/ending.ts";
import { said } from "./sentences.ts";

/** What is known of an answer; its headers decide nothing else. */
export type WebhookAnswer = Omit<WireAnswer, "header">;

/**
 * The status line is the answer, whatever became of the rest. Only 400, 413 and 422 speak about what was sent; whatever else is
 * not 2xx is tried again. Who answers before the request was there whole has not seen it: that delivers nothing, and gives
 * nothing up.
 * @param isBatch whether the request was an array: then nobody knows which of its events was refused
 * @param now milliseconds since 1970, for `Retry-After` dates
 */
export function readAnswer(
  answer: WebhookAnswer,
  ids: readonly string[],
  isBatch: boolean,
  now: number,
): DeliverResult {
  const { status } = answer;
  const all = (outcome: Outcome): DeliverResult => outcomes(ids.map((id) => [id, outcome]));
  const isTaken = isSuccess(status);
  if (isTaken && !answer.isEarly) {
    // 202: taken, and not done yet (RFC 9110 15.3.3)
    const done = status === 202 ? accepted : delivered;
    return all(done(`HTTP ${status}${NOTES[answer.ending]}`));
  }
  const reason = reasonOf(answer);
  const wait = retryAfterMs(answer.retryAfter, now);
  if (answer.isEarly && SPEAKS_OF_DELIVERIES.has(status)) {
    // too long to be read at all: halves may fit
    const isTooLong = status === 413 && isBatch && ids.length > 1;
    return isTooLong ? { tag: "batchRejected", reason } : all(retry(reason, wait));
  }
  if (status === 400 || status === 413 || status === 422) {
    return isBatch ? { tag: "batchRejected", reason } : all(rejected(reason));
  }
  if (status === 410) return { tag: "gone", reason };
  return troubleOf({ status, retryAfterMs: wait }, reason) ?? all(retry(reason, wait));
}

/** Statuses that would give up deliveries, or the address. */
const SPEAKS_OF_DELIVERIES: ReadonlySet<number> = new Set([400, 410, 413, 422]);

/** What the ledger says of a success whose rest was not as it should be. */
const NOTES: Readonly<Record<AnswerEnding, string>> = {
  exact: "",
  closed: "",
  unread: "",
  wrong: "; the rest of its answer was not as announced",
  cut: "; the rest of its answer was cut",
  late: "; the rest of its answer did not come in time",
};

function reasonOf(answer: WebhookAnswer): Reason {
  const { status, isEarly } = answer;
  if (!isEarly) return reasonFor(answer, meaningOf(answer));
  return { ...reasonFor(answer), ...sentence("http_early", { status }) };
}

function meaningOf({ status, location, text }: WebhookAnswer): Said | undefined {
  const own = said("refuses_signature");
  if (isRefusal(status)) return refusalMeaning({ own, setting: "url", isForeign: isPage(text) });
  if (status === 410) return said("gone");
  if (status < 300 || status >= 400) return undefined;
  if (location === undefined) return said("redirect");
  return said("redirect_to", { address: shownUrl(location) });
}
