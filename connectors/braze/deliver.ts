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
import { withOutcomes } from "../../src/connector-tools.ts";
import { type LookedUp, readLookUp, readTrack } from "./answer.ts";
import { composeAll, type Profile, profilesOf, type Templates } from "./compose.ts";
import { type ApiRequest, lookUpChunks, lookUpRequest, trackChunks, trackRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { BrazeSettings } from "./settings.ts";

/** What an open connector works with. */
export interface Workshop {
  readonly settings: BrazeSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

type Stopped = Exclude<DeliverResult, { tag: "outcomes" }>;

export async function deliverBatch(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { settings, templates } = workshop;
  const { composed, refused } = composeAll(deliveries, templates, settings);
  const found = new Map(refused);
  const profiles = profilesOf(composed, settings);
  const stopped =
    settings.unknown_users === "check"
      ? await writeKnown(profiles, found, workshop, signal)
      : await write(profiles, found, workshop, signal);
  return stopped === undefined ? { tag: "outcomes", outcomes: found } : withOutcomes(stopped, found);
}

/** Resolves with what stopped it; `found` has what was known by then. */
async function writeKnown(
  profiles: readonly Profile[],
  found: Map<string, Outcome>,
  workshop: Workshop,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  for (const chunk of lookUpChunks(profiles)) {
    const looked = await lookUp(chunk, workshop, signal);
    if (looked.tag === "stopped") return looked.result;
    for (const profile of chunk) {
      const isKnown = looked.isKnown(profile.externalId);
      if (isKnown !== true) settle(profile, withoutWriting(profile, isKnown), found);
    }
    const known = chunk.filter(({ externalId }) => looked.isKnown(externalId) === true);
    const stopped = await write(known, found, workshop, signal);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

function withoutWriting({ externalId }: Profile, isKnown: false | undefined): Outcome {
  return isKnown === false ? unmatched(said("unknown", { id: externalId })) : retry(said("not_mentioned"));
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

async function write(
  profiles: readonly Profile[],
  found: Map<string, Outcome>,
  { settings, tools }: Workshop,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  for (const chunk of trackChunks(profiles)) {
    const answer = await send(trackRequest(settings, chunk), settings, tools, signal).catch(unavailableBy);
    if ("tag" in answer) return answer;
    const tracked = readTrack(answer, chunk, settings);
    for (const profile of chunk) {
      const outcome = tracked.outcomes.get(profile.externalId);
      if (outcome !== undefined) settle(profile, outcome, found);
    }
    if (tracked.tag === "stopped") return tracked.result;
  }
  return undefined;
}

function settle({ deliveries }: Profile, outcome: Outcome, found: Map<string, Outcome>): void {
  for (const { id } of deliveries) found.set(id, outcome);
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
