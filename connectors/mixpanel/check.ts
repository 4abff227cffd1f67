/** What `check --live` asks Mixpanel. Leaves nothing behind: a request without events. */
import { errorWords, type Finding, type HttpAnswer } from "../../src/connector.ts";
import { isForeignRefusal, isRecord, isRefusal, parseJson, wordsWithMessage } from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, send } from "./deliver.ts";
import { baseUrlOf } from "./settings.ts";

export async function checkMixpanel(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const host = baseUrlOf(context.settings);
  let answer: HttpAnswer;
  try {
    answer = await send([], context, signal);
  } catch (error) {
    const what = `${host} cannot be reached: ${errorWords(error)}`;
    return [
      { ok: false, what, todo: "look at the network, the proxy and https://status.mixpanel.com", setting: "region" },
    ];
  }
  const { status } = answer;
  const body = parseJson(answer.text);
  // 400: it wants an event, after it has looked at the account
  const isAsked = isRecord(body) && "code" in body && (status === 200 || status === 400);
  return isAsked
    ? [{ ok: true, what: `${host} answers a request without events (HTTP ${status})` }, unproven()]
    : [fault(answer, body, host)];
}

function unproven(): Finding {
  const what = "whether the events arrive in the project that you look at, only one of them shows";
  const todo = "`send --user` one event, and look for it within a minute in Mixpanel: Events, or Users → the person";
  return { ok: "warning", what, todo, setting: "project_id" };
}

function fault(answer: HttpAnswer, body: unknown, host: string): Finding {
  const reason = reasonOf(answer, body);
  const what = `${host}: ${wordsWithMessage(reason)}`;
  const isAccount = isRefusal(answer.status) && !isForeignRefusal(reason);
  const todo = isAccount
    ? "compare `region` and `project_id` with Settings → Project Settings → Overview; the account must be Owner or Admin there (Service Accounts); copy its secret again"
    : "look at the firewall or proxy, `base_url`, and https://status.mixpanel.com";
  return { ok: false, what, todo, setting: isAccount ? "secret" : "region" };
}
