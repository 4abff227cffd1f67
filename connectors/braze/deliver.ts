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
import { type LookedUp, type Sent, type Stopped, sendChunks, sendKnown } from "../../src/connector-tools.ts";
import { readLookUp, readTrack } from "./answer.ts";
import { composeAll, type Profile, profilesOf, type Templates } from "./compose.ts";
import { type ApiRequest, chunksOf, lookUpRequest, trackRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { BrazeSettings } from "./settings.ts";

/** What an open connector works with. */
export interface Context {
  readonly settings: BrazeSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { settings, templates } = context;
  const { composed, refused } = composeAll(deliveries, templates, settings);
  const send = settings.unknown_users === "check" ? writeKnown : write;
  const chunks = chunksOf(profilesOf(composed, settings), settings);
  return sendChunks(chunks, refused, (chunk) => send(chunk, context, signal));
}

/** Those alone whom Braze knows. */
function writeKnown(profiles: readonly Profile[], context: Context, signal: AbortSignal): Promise<Sent<Profile>> {
  return sendKnown(profiles, {
    ...{ idOf, unwritten },
    lookUp: (all) => lookUp(all.map(idOf), context, signal),
    write: (known) => write(known, context, signal),
  });
}

const idOf = ({ externalId }: Profile): string => externalId;

function unwritten({ externalId }: Profile, isKnown: false | undefined): Outcome {
  return isKnown === false ? unmatched(said("unknown", { id: externalId })) : retry(said("not_mentioned"));
}

async function write(
  profiles: readonly Profile[],
  { settings, tools }: Context,
  signal: AbortSignal,
): Promise<Sent<Profile>> {
  try {
    return readTrack(await send(trackRequest(settings, profiles), settings, tools, signal), profiles, settings);
  } catch (error) {
    return { outcomes: new Map(), stopped: unavailableBy(error) };
  }
}

export async function lookUp(
  externalIds: readonly string[],
  { settings, tools }: Pick<Context, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp | Stopped> {
  try {
    return readLookUp(await send(lookUpRequest(settings, externalIds), settings, tools, signal));
  } catch (error) {
    return { tag: "stopped", result: unavailableBy(error) };
  }
}

/** Throws on network trouble, timeout or abort. */
export function send(
  { url, body, budget }: ApiRequest,
  { api_key }: BrazeSettings,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const headers = { authorization: `Bearer ${api_key}`, "content-type": "application/json" };
  return tools.fetch(url, { method: "POST", headers, body: JSON.stringify(body), budget, signal });
}
