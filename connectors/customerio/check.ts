/** What `check --live` asks Customer.io: the keys, and where the account lives. Changes nothing. */
import { type Found, type HttpAnswer, saidOfError } from "../../src/connector.ts";
import { asRecord, isForeignRefusal, isRefusal, parseJson, withMessage } from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, lookUp, send } from "./deliver.ts";
import { found } from "./findings.ts";
import { regionRequest } from "./requests.ts";
import { hostsOf } from "./settings.ts";

/** Whom nobody has: whether it is known does not matter. */
const NOBODY = "unsub-bridge-check";

export async function checkCustomerIo(context: Context, signal: AbortSignal): Promise<readonly Found[]> {
  const region = await checkRegion(context, signal);
  if (region.ok === false) return [region];
  return [region, ...(await checkLookUp(context, signal)), ...topicFindings(context)];
}

async function checkRegion({ settings, tools }: Context, signal: AbortSignal): Promise<Found> {
  const { track } = hostsOf(settings);
  let answer: HttpAnswer;
  try {
    answer = await send(regionRequest(settings), settings, tools, signal);
  } catch (error) {
    const fault = saidOfError(error);
    return { ...found(false, "unreachable", { host: track, fault }), setting: "region" };
  }
  const body = parseJson(answer.text);
  // as its documentation has it, and as it once had
  const { data_center, region = data_center } = asRecord(body);
  if (answer.status !== 200 || typeof region !== "string") return refusalFinding(answer, body, settings);
  return regionFinding(region, settings);
}

/** The wrong one is answered with success all the same: nothing but this finds it. */
function regionFinding(told: string, { region }: Context["settings"]): Found {
  const lives = told.toLowerCase();
  const setting = "region";
  if (lives === region) return { ...found(true, "region", { region }), setting };
  return { ...found(false, "other_region", { region: lives, named: region }), setting };
}

function refusalFinding(answer: HttpAnswer, body: unknown, settings: Context["settings"]): Found {
  const reason = reasonOf(answer, body, "track", settings);
  const values = { host: hostsOf(settings).track, reason: withMessage(reason) };
  const isKey = isRefusal(answer.status) && !isForeignRefusal(reason);
  if (isKey) return { ...found(false, "key_refused", values), setting: "api_key" };
  return { ...found(false, "trouble", values), setting: "region" };
}

async function checkLookUp(context: Context, signal: AbortSignal): Promise<Found[]> {
  if (context.settings.unknown_people === "create") return [];
  const setting = "app_api_key";
  const looked = await lookUp([NOBODY], context, signal);
  if (looked.tag === "lookedUp") return [{ ...found(true, "look_up"), setting }];
  return [{ ...found(false, "look_up_refused", { reason: withMessage(looked.result.reason) }), setting }];
}

function topicFindings({ settings }: Context): Found[] {
  const { topics } = settings;
  if (topics.length === 0) return [];
  const unasked = found("warning", topics.length === 1 ? "topic" : "topics", { topics: topics.join(", ") });
  return [{ ...unasked, setting: "topics" }];
}
