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
import { type Sent, sendChunks } from "../../src/connector-tools.ts";
import { type LookedUp, readLookUp, readTrack } from "./answer.ts";
import { composeAll, type Profile, profilesOf, type Templates } from "./compose.ts";
import { type ApiRequest, chunksOf, lookUpRequest, trackRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { BrazeSettings } from "./settings.ts";

/** What an open connector works with. */
export interface Workshop {
  readonly settings: BrazeSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { settings, templates } = workshop;
  const { composed, refused } = composeAll(deliveries, templates, settings);
  const send = settings.unknown_users === "check" ? writeKnown : write;
  const chunks = chunksOf(profilesOf(composed, settings), settings);
  return sendChunks(chunks, refused, (chunk) => send(chunk, workshop, signal));
}

/** Those alone whom Braze knows. */
async function writeKnown(
  profiles: readonly Profile[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<Sent<Profile>> {
  const looked = await lookUp(profiles, workshop, signal);
  if (looked.tag === "stopped") return { outcomes: new Map(), stopped: looked.result };
  const isKnown = ({ externalId }: Profile) => looked.isKnown(externalId);
  const others = profiles.filter((profile) => isKnown(profile) !== true);
  const known = profiles.filter((profile) => isKnown(profile) === true);
  const sent: Sent<Profile> = known.length === 0 ? { outcomes: new Map() } : await write(known, workshop, signal);
  const left = others.map((profile) => [profile, withoutWriting(profile, isKnown(profile))] as const);
  return { ...sent, outcomes: new Map([...left, ...sent.outcomes]) };
}

function withoutWriting({ externalId }: Profile, isKnown: boolean | undefined): Outcome {
  return isKnown === false ? unmatched(said("unknown", { id: externalId })) : retry(said("not_mentioned"));
}

async function write(
  profiles: readonly Profile[],
  { settings, tools }: Workshop,
  signal: AbortSignal,
): Promise<Sent<Profile>> {
  try {
    return readTrack(await send(trackRequest(settings, profiles), settings, tools, signal), profiles, settings);
  } catch (error) {
    return { outcomes: new Map(), stopped: unavailableBy(error) };
  }
}

export async function lookUp(
  profiles: readonly Pick<Profile, "externalId">[],
  { settings, tools }: Pick<Workshop, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp> {
  const request = lookUpRequest(
    settings,
    profiles.map(({ externalId }) => externalId),
  );
  try {
    return readLookUp(await send(request, settings, tools, signal));
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
