/** What `check --live` asks Braze. Changes nothing: a request without anything in it is looked at, and refused. */
import { type Found, type HttpAnswer, saidOfError } from "../../src/connector.ts";
import { isForeignRefusal, isRecord, isRefusal, isSuccess, parseJson, withMessage } from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, lookUp, send } from "./deliver.ts";
import { found } from "./findings.ts";
import { trackRequest } from "./requests.ts";
import { endpointOf } from "./settings.ts";

/** Whom nobody has: whether it is known does not matter. */
const NOBODY = "unsub-bridge-check";

export async function checkBraze(context: Context, signal: AbortSignal): Promise<readonly Found[]> {
  const key = await checkKey(context, signal);
  if (key.ok === false) return [key];
  return [key, ...(await checkLookUp(context, signal)), ...groupFindings(context)];
}

async function checkKey(context: Context, signal: AbortSignal): Promise<Found> {
  const { settings, tools } = context;
  let answer: HttpAnswer;
  try {
    answer = await send(trackRequest(settings, []), settings, tools, signal);
  } catch (error) {
    const fault = saidOfError(error);
    return { ...found(false, "unreachable", { endpoint: endpointOf(settings), fault }), setting: "endpoint" };
  }
  const body = parseJson(answer.text);
  const { status } = answer;
  // nothing was in it, so Braze asks for something: it has looked at the key and its permission before
  const isOk = isSuccess(status);
  const isAsked = isRecord(body) && (isOk || (status === 400 && !/\bkey\b/i.test(String(body.message))));
  if (isAsked) return found(true, "key", { endpoint: endpointOf(settings) });
  return refusalFinding(answer, body, context);
}

function refusalFinding(answer: HttpAnswer, body: unknown, { settings }: Context): Found {
  const reason = reasonOf(answer, body);
  const values = { endpoint: endpointOf(settings), reason: withMessage(reason) };
  const isKey = isRefusal(answer.status) && !isForeignRefusal(reason);
  if (isKey) return { ...found(false, "key_refused", values), setting: "api_key" };
  return { ...found(false, "trouble", values), setting: "endpoint" };
}

async function checkLookUp(context: Context, signal: AbortSignal): Promise<Found[]> {
  const setting = "unknown_users";
  const { unknown_users } = context.settings;
  if (unknown_users === "create") return [];
  if (unknown_users === "ignore") return [{ ...found("warning", "unheard"), setting }];
  const looked = await lookUp([NOBODY], context, signal);
  if (looked.tag === "lookedUp") return [{ ...found(true, "look_up"), setting }];
  return [{ ...found(false, "look_up_refused", { reason: withMessage(looked.result.reason) }), setting }];
}

function groupFindings({ settings }: Context): Found[] {
  const { length } = settings.subscription_groups;
  if (length === 0) return [];
  const unasked = length === 1 ? found("warning", "group") : found("warning", "groups", { count: length });
  return [{ ...unasked, setting: "subscription_groups" }];
}
