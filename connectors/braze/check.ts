/** What `check --live` asks Braze. Changes nothing: a request without anything in it is looked at, and refused. */
import { errorWords, type Finding, type HttpAnswer } from "../../src/connector.ts";
import {
  isForeignRefusal,
  isRecord,
  isRefusal,
  isSuccess,
  parseJson,
  wordsWithMessage,
} from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, lookUp, send } from "./deliver.ts";
import { trackRequest } from "./requests.ts";
import { endpointOf } from "./settings.ts";

/** Whom nobody has: whether it is known does not matter. */
const NOBODY = "unsub-bridge-check";

export async function checkBraze(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const key = await checkKey(context, signal);
  if (key.ok === false) return [key];
  return [key, ...(await checkLookUp(context, signal)), ...groupFindings(context)];
}

async function checkKey(context: Context, signal: AbortSignal): Promise<Finding> {
  const { settings, tools } = context;
  let answer: HttpAnswer;
  try {
    answer = await send(trackRequest(settings, []), settings, tools, signal);
  } catch (error) {
    const what = `${endpointOf(settings)} cannot be reached: ${errorWords(error)}`;
    return { ok: false, what, todo: "look at the network, the proxy and `endpoint`", setting: "endpoint" };
  }
  const body = parseJson(answer.text);
  const { status } = answer;
  // nothing was in it, so Braze asks for something: it has looked at the key and its permission before
  const isOk = isSuccess(status);
  const isAsked = isRecord(body) && (isOk || (status === 400 && !/\bkey\b/i.test(String(body.message))));
  if (isAsked) return { ok: true, what: `${endpointOf(settings)} knows the API key, and the key may write` };
  return refusalFinding(answer, body, context);
}

function refusalFinding(answer: HttpAnswer, body: unknown, { settings }: Context): Finding {
  const reason = reasonOf(answer, body);
  const what = `${endpointOf(settings)}: ${wordsWithMessage(reason)}`;
  const isKey = isRefusal(answer.status) && !isForeignRefusal(reason);
  const todo = isKey
    ? "compare `endpoint` with Settings → APIs and Identifiers, where the key's permissions are shown too; copy the key again"
    : "look at `endpoint`, the firewall or proxy, and https://braze.statuspage.io";
  return { ok: false, what, todo, setting: isKey ? "api_key" : "endpoint" };
}

async function checkLookUp(context: Context, signal: AbortSignal): Promise<Finding[]> {
  const setting = "unknown_users";
  const { unknown_users } = context.settings;
  if (unknown_users === "create") return [];
  if (unknown_users === "ignore") {
    const what = "Braze passes over people whom it does not know, and counts them as taken: nobody hears of them";
    return [{ ok: "warning", what, todo: "set `unknown_users: check` to be told", setting }];
  }
  const looked = await lookUp([NOBODY], context, signal);
  if (looked.tag === "lookedUp") return [{ ok: true, what: "the API key may ask who is known", setting }];
  const what = `who is known cannot be asked: ${wordsWithMessage(looked.result.reason)}`;
  const todo = "give the key the permission users.export.ids, or set `unknown_users: ignore`";
  return [{ ok: false, what, todo, setting }];
}

function groupFindings({ settings }: Context): Finding[] {
  const { length } = settings.subscription_groups;
  if (length === 0) return [];
  const what = `whether ${length === 1 ? "the subscription group exists" : `the ${length} subscription groups exist`} is not asked`;
  const todo = "`send --user` one event, and look at that person's profile in Braze: Engagement → Contact Settings";
  return [{ ok: "warning", what, todo, setting: "subscription_groups" }];
}
