/** What `check --live` can know about Segment, which is little: it answers 200 to nearly everything. */
import { type ConnectorTools, type Found, type HttpAnswer, saidOfError } from "../../src/connector.ts";
import { basicAuthorization, isPage, isRefusal, isSuccess, reasonFor, withMessage } from "../../src/connector-tools.ts";
import { meaningOf } from "./answer.ts";
import { found } from "./findings.ts";
import type { SegmentSettings, Target } from "./settings.ts";

/** Sends a batch without events, authenticated: it asks everything that a real one asks and leaves nothing behind. */
export async function checkSegment(
  settings: SegmentSettings,
  target: Target,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  let answer: HttpAnswer;
  try {
    answer = await tools.fetch(target.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: basicAuthorization(settings.write_key, ""),
      },
      body: JSON.stringify({ batch: [], writeKey: settings.write_key }),
      signal,
    });
  } catch (error) {
    const name = target.isSegment ? "unreachable" : "unreachable_host";
    const fault = saidOfError(error);
    return [{ ...found(false, name, { origin: target.origin, fault }), setting: "host" }];
  }
  const findings = [understood(answer, target)];
  return target.isSegment && answer.status < 300 ? [...findings, unproven(settings)] : findings;
}

function understood(answer: HttpAnswer, { origin, url, isSegment }: Target): Found {
  const { status } = answer;
  if (isRefusal(status) && isPage(answer.text)) {
    const { message, ...meaning } = reasonFor(answer, meaningOf(answer));
    const values = { origin, meaning: withMessage(meaning) };
    const isEmpty = message === undefined;
    const page = isEmpty ? found(false, "empty_page", values) : found(false, "page", { ...values, message });
    return { ...page, setting: "host" };
  }
  if (isRefusal(status)) {
    return { ...found(false, "key_refused", { origin, status }), setting: "write_key" };
  }
  // 400: an empty batch is refused by some servers, after they have looked at the write key
  if (isSuccess(status) || status === 400) {
    return found(true, "answers", { url, status });
  }
  return { ...found(false, isSegment ? "odd" : "odd_host", { url, status }), setting: "host" };
}

function unproven({ region = "us" }: SegmentSettings): Found {
  return { ...found("warning", "unproven", { region }), setting: "region" };
}
