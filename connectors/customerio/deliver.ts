/** A batch on its way: compose, ask who is known, write, and say what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  type HttpAnswer,
  type Outcome,
  retry,
  unavailableBy,
  unmatched,
} from "../../src/connector.ts";
import {
  basicAuthorization,
  type LookedUp,
  type Sent,
  type Stopped,
  sendChunks,
  sendKnown,
} from "../../src/connector-tools.ts";
import { readBatch, readLookUp } from "./answer.ts";
import { composeAll, type Person, type Templates } from "./compose.ts";
import { type ApiRequest, batchRequest, chunksOf, lookUpRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { CustomerIoSettings } from "./settings.ts";

/** What an open connector works with. */
export interface Context {
  readonly settings: CustomerIoSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { settings, templates } = context;
  const { persons, settled } = composeAll(deliveries, templates, settings);
  const send = settings.unknown_people === "check" ? writeKnown : write;
  return sendChunks(chunksOf(persons), settled, (chunk) => send(chunk, context, signal));
}

/** Those alone whom Customer.io knows: it would make the others. */
function writeKnown(persons: readonly Person[], context: Context, signal: AbortSignal): Promise<Sent<Person>> {
  return sendKnown(persons, {
    idOf,
    lookUp: (all) => lookUp(all.map(idOf), context, signal),
    write: (known) => write(known, context, signal),
    unwritten,
  });
}

const idOf = ({ id }: Person): string => id;

function unwritten({ id }: Person, isKnown: false | undefined): Outcome {
  return isKnown === false ? unmatched(said("unknown", { id })) : retry(said("not_mentioned"));
}

async function write(
  persons: readonly Person[],
  { settings, tools }: Context,
  signal: AbortSignal,
): Promise<Sent<Person>> {
  try {
    return readBatch(await send(batchRequest(settings, persons), settings, tools, signal), persons, settings);
  } catch (error) {
    return { outcomes: new Map(), stopped: unavailableBy(error) };
  }
}

/** Whom an answer leaves out is asked about once more, by themselves: a list that was cut short is no word about anybody. */
export async function lookUp(
  ids: readonly string[],
  context: Pick<Context, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp | Stopped> {
  const first = await ask(ids, context, signal);
  if (first.tag === "stopped") return first;
  const left = ids.filter((id) => first.isKnown(id) !== true);
  if (left.length === 0) return first;
  const again = await ask(left, context, signal);
  if (again.tag === "stopped") return again;
  const isKnown = (id: string) => {
    const found = [first, again].map((each) => each.isKnown(id));
    if (found.includes(true)) return true;
    return found.includes(undefined) ? undefined : false;
  };
  return { tag: "lookedUp", isKnown };
}

async function ask(
  ids: readonly string[],
  { settings, tools }: Pick<Context, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp | Stopped> {
  try {
    return readLookUp(await send(lookUpRequest(settings, ids), settings, tools, signal), ids, settings);
  } catch (error) {
    return { tag: "stopped", result: unavailableBy(error) };
  }
}

/** Throws on network trouble, timeout or abort. */
export function send(
  { method, url, body, api }: ApiRequest,
  settings: CustomerIoSettings,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const headers = { authorization: authorizationFor(api, settings), "content-type": "application/json" };
  const budget = api === "track" ? "default" : "lookup";
  return tools.fetch(url, {
    method,
    headers,
    budget,
    signal,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function authorizationFor(api: ApiRequest["api"], { site_id, api_key, app_api_key = "" }: CustomerIoSettings): string {
  if (api === "app") return `Bearer ${app_api_key}`;
  return basicAuthorization(site_id, api_key);
}
