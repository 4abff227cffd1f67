/** What `check --live` asks Customer.io: the keys, and where the account lives. Changes nothing. */
import { errorWords, type Finding, type HttpAnswer } from "../../src/connector.ts";
import { asRecord, isForeignRefusal, isRefusal, parseJson, wordsWithMessage } from "../../src/connector-tools.ts";
import { reasonOf } from "./answer.ts";
import { type Context, lookUp, send } from "./deliver.ts";
import { regionRequest } from "./requests.ts";
import { hostsOf } from "./settings.ts";

/** Whom nobody has: whether it is known does not matter. */
const NOBODY = "unsub-bridge-check";

export async function checkCustomerIo(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const region = await checkRegion(context, signal);
  if (region.ok === false) return [region];
  return [region, ...(await checkLookUp(context, signal)), ...topicFindings(context)];
}

async function checkRegion({ settings, tools }: Context, signal: AbortSignal): Promise<Finding> {
  const { track } = hostsOf(settings);
  let answer: HttpAnswer;
  try {
    answer = await send(regionRequest(settings), settings, tools, signal);
  } catch (error) {
    const what = `${track} cannot be reached: ${errorWords(error)}`;
    return { ok: false, what, todo: "look at the network and the proxy", setting: "region" };
  }
  const body = parseJson(answer.text);
  // as its documentation has it, and as it once had
  const { data_center, region = data_center } = asRecord(body);
  if (answer.status !== 200 || typeof region !== "string") return refusalFinding(answer, body, settings);
  return regionFinding(region, settings);
}

/** The wrong one is answered with success all the same: nothing but this finds it. */
function regionFinding(told: string, { region }: Context["settings"]): Finding {
  const lives = told.toLowerCase();
  const what = `the account of these keys lives in region ${lives}`;
  if (lives === region) return { ok: true, what, setting: "region" };
  return { ok: false, what: `${what}, not in ${region}`, todo: `set \`region: ${lives}\``, setting: "region" };
}

function refusalFinding(answer: HttpAnswer, body: unknown, settings: Context["settings"]): Finding {
  const reason = reasonOf(answer, body, "track", settings);
  const what = `${hostsOf(settings).track}: ${wordsWithMessage(reason)}`;
  const isKey = isRefusal(answer.status) && !isForeignRefusal(reason);
  const todo = isKey
    ? "copy Site ID and API Key again from Account Settings → API Credentials → Tracking API Keys, and compare `region`"
    : "look at the firewall or proxy, and https://status.customer.io";
  return { ok: false, what, todo, setting: isKey ? "api_key" : "region" };
}

async function checkLookUp(context: Context, signal: AbortSignal): Promise<Finding[]> {
  if (context.settings.unknown_people === "create") return [];
  const setting = "app_api_key";
  const looked = await lookUp([NOBODY], context, signal);
  if (looked.tag === "lookedUp") return [{ ok: true, what: "the App API Key may ask who is known", setting }];
  const what = `who is known cannot be asked: ${wordsWithMessage(looked.result.reason)}`;
  const todo = "copy the key again from Account Settings → API Credentials → App API Keys, for this workspace";
  return [{ ok: false, what, todo, setting }];
}

function topicFindings({ settings }: Context): Finding[] {
  const { topics } = settings;
  if (topics.length === 0) return [];
  const what = `whether there ${topics.length === 1 ? "is a topic" : "are topics"} ${topics.join(", ")} is not asked`;
  const todo = "compare with the ids in Workspace Settings → Subscription Center; then `send --user` one event";
  return [{ ok: "warning", what, todo, setting: "topics" }];
}
