/** What an answer to a batch of events means. Pure. */
import { type DeliverResult, delivered, type HttpAnswer, outcomes, type Reason, retry } from "../../src/connector.ts";

/**
 * @param ids the deliveries whose events were in the request
 * @param isSegment Segment itself answers `{"success":true}`; others speak a dialect of their own
 */
export function readAnswer(answer: HttpAnswer, ids: readonly string[], isSegment: boolean): DeliverResult {
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return readSuccess(answer, ids, isSegment);
  const reason: Reason = { words: wordsFor(status), status, ...messageOf(answer) };
  if (status === 400 || status === 413) return { tag: "batchRejected", reason };
  if (status === 401 || status === 403) return { tag: "credentialsRefused", reason };
  // nothing else says that an event is bad: whatever it is, it is no reason to bury one
  return { tag: "unavailable", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function readSuccess(answer: HttpAnswer, ids: readonly string[], isSegment: boolean): DeliverResult {
  const accepted = isSegment ? saysSuccess(answer.text) : saysSuccess(answer.text) || saysOk(answer.text, ids.length);
  if (accepted) return outcomes(ids.map((id) => [id, delivered(`accepted (${answer.status})`)]));
  const words = `HTTP ${answer.status} with an answer that does not say that the events were accepted`;
  const reason: Reason = { words, status: answer.status, ...messageOf(answer) };
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
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function wordsFor(status: number): string {
  if (status === 401 || status === 403) return `HTTP ${status}: the write key was refused`;
  if (status === 400) return "HTTP 400: the batch was refused as malformed";
  if (status === 413) return "HTTP 413: the batch was refused as too large";
  if (status === 429) return "HTTP 429: too many requests";
  if (status >= 300 && status < 400) return `HTTP ${status}: a redirect, which is not followed; look at \`host\``;
  if (status === 404) return "HTTP 404: nothing takes events there; look at `host`, and whether the source is enabled";
  return `HTTP ${status}`;
}

/** All that it said: the bridge shortens it, once secrets are out of it. */
function messageOf({ text }: HttpAnswer): { message?: string } {
  const message = text.trim();
  return message === "" ? {} : { message };
}
