/** What an answer to a batch of events means. Pure. */
import { accepted, type DeliverResult, type HttpAnswer, outcomes, retry, sentence } from "../../src/connector.ts";
import {
  asRecord,
  isPage,
  isRefusal,
  isSuccess,
  parseJson,
  reasonFor,
  refusalMeaning,
  type Said,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";

/**
 * @param ids the deliveries whose events were in the request
 * @param isSegment Segment itself answers `{"success":true}`; others speak a dialect of their own
 */
export function readAnswer(answer: HttpAnswer, ids: readonly string[], isSegment: boolean): DeliverResult {
  const { status } = answer;
  if (isSuccess(status)) return readSuccess(answer, ids, isSegment);
  const reason = reasonFor(answer, meaningOf(answer));
  // a page is somebody else's: Segment and its like answer JSON or a line
  const isOwn = !isPage(answer.text);
  if (isOwn && (status === 400 || status === 413)) return { tag: "batchRejected", reason };
  // nothing else says that an event is bad: whatever it is, it is no reason to bury one
  return troubleOf(answer, reason) ?? unavailable(reason, answer.retryAfterMs);
}

function readSuccess(answer: HttpAnswer, ids: readonly string[], isSegment: boolean): DeliverResult {
  const isAccepted = isSegment ? saysSuccess(answer.text) : saysSuccess(answer.text) || saysOk(answer.text, ids.length);
  if (isAccepted) return outcomes(ids.map((id) => [id, accepted(`accepted (${answer.status})`)]));
  const reason = { ...reasonFor(answer), ...said("not_accepted", { status: answer.status }) };
  return outcomes(ids.map((id) => [id, retry(reason, answer.retryAfterMs)]));
}

/** Segment: `{"success":true}`. */
function saysSuccess(text: string): boolean {
  return parsed(text).success === true;
}

/**
 * RudderStack's gateway answers the text `OK`. Jitsu answers `{"ok":true,"receivedEvents":n,"okEvents":n}`, with `ok` false
 * and still status 200 when it did not take all of them.
 */
function saysOk(text: string, count: number): boolean {
  if (/^\s*"?OK"?\s*$/i.test(text)) return true;
  const answer = parsed(text);
  const taken = answer.okEvents;
  return answer.ok === true && (taken === undefined || (typeof taken === "number" && taken >= count));
}

function parsed(text: string): Record<string, unknown> {
  return asRecord(parseJson(text));
}

export function meaningOf({ status, text }: Pick<HttpAnswer, "status" | "text">): Said | undefined {
  const own = said("write_key");
  if (isRefusal(status)) return refusalMeaning({ own, setting: "host", isForeign: isPage(text) });
  if (status >= 300 && status < 400) return sentence("redirect", { setting: "host" });
  return MEANINGS[status];
}

const MEANINGS: Readonly<Record<number, Said>> = {
  400: said("malformed"),
  404: said("not_there"),
  413: said("too_large"),
  429: sentence("too_many_requests"),
};
