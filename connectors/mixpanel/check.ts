/** What `check --live` asks Mixpanel. Leaves nothing behind: a request without events. */
import { type Found, type HttpAnswer, saidOfError } from "../../src/connector.ts";
import { isForeignRefusal, isRecord, isRefusal, parseJson, withMessage } from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, send } from "./deliver.ts";
import { found } from "./findings.ts";
import { baseUrlOf } from "./settings.ts";

export async function checkMixpanel(context: Context, signal: AbortSignal): Promise<readonly Found[]> {
  const host = baseUrlOf(context.settings);
  let answer: HttpAnswer;
  try {
    answer = await send([], context, signal);
  } catch (error) {
    const fault = saidOfError(error);
    return [{ ...found(false, "unreachable", { host, fault }), setting: "region" }];
  }
  const { status } = answer;
  const body = parseJson(answer.text);
  // 400: it wants an event, after it has looked at the account
  const isAsked = isRecord(body) && "code" in body && (status === 200 || status === 400);
  return isAsked
    ? [found(true, "answers", { host, status }), { ...found("warning", "unproven"), setting: "project_id" }]
    : [fault(answer, body, host)];
}

function fault(answer: HttpAnswer, body: unknown, host: string): Found {
  const reason = reasonOf(answer, body);
  const values = { host, reason: withMessage(reason) };
  const isAccount = isRefusal(answer.status) && !isForeignRefusal(reason);
  if (isAccount) return { ...found(false, "account_refused", values), setting: "secret" };
  return { ...found(false, "trouble", values), setting: "region" };
}
