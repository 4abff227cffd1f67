/** A batch on its way: compose, ask who is known, write, and say what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  type HttpAnswer,
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
export interface Workshop {
  readonly settings: CustomerIoSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { settings, templates } = workshop;
  const { persons, settled } = composeAll(deliveries, templates, settings);
  const send = settings.unknown_people === "check" ? writeKnown : write;
  return sendChunks(chunksOf(persons), settled, (chunk) => send(chunk, workshop, signal));
}

/** Those alone whom Customer.io knows: it would make the others. */
function writeKnown(persons: readonly Person[], workshop: Workshop, signal: AbortSignal): Promise<Sent<Person>> {
  return sendKnown(persons, {
    idOf,
    lookUp: (all) => lookUp(all.map(idOf), workshop, signal),
    write: (known) => write(known, workshop, signal),
    unwritten: ({ id }) => unmatched(said("unknown", { id })),
  });
}

const idOf = ({ id }: Person): string => id;

async function write(
  persons: readonly Person[],
  { settings, tools }: Workshop,
  signal: AbortSignal,
): Promise<Sent<Person>> {
  try {
    return readBatch(await send(batchRequest(settings, persons), settings, tools, signal), persons, settings);
  } catch (error) {
    return { outcomes: new Map(), stopped: unavailableBy(error) };
  }
}

export async function lookUp(
  ids: readonly string[],
  { settings, tools }: Pick<Workshop, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp | Stopped> {
  try {
    return readLookUp(await send(lookUpRequest(settings, ids), settings, tools, signal), settings);
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
