/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest } from "../../src/connector.ts";
import { insistOnAny } from "../../src/connector-tools.ts";
import { composeAll, profilesOf } from "./compose.ts";
import { lookUp, type Workshop } from "./deliver.ts";
import { type ApiRequest, chunksOf, lookUpRequest, trackRequest } from "./requests.ts";

/** With `live` it is asked who is known, which changes nothing. */
export async function previewBraze(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = workshop;
  const batch = composeAll(deliveries, templates, settings);
  insistOnAny(batch);
  const profiles = profilesOf(batch.composed, settings);
  const show = (request: ApiRequest, note?: string) => shown(request, tools.userAgent, note);
  const chunks = chunksOf(profiles, settings);
  const writes = chunks.map((chunk) => trackRequest(settings, chunk));
  if (settings.unknown_users !== "check") return writes.map((request) => show(request));
  const looks: PreviewRequest[] = [];
  for (const chunk of chunks) {
    const ids = chunk.map(({ externalId }) => externalId);
    const note = live ? await known(ids, workshop, signal) : "asks who is known; nothing of a profile comes back";
    looks.push(show(lookUpRequest(settings, ids), note));
  }
  return [...looks, ...writes.map((request) => show(request, "of those alone whom Braze knows"))];
}

async function known(ids: readonly string[], workshop: Workshop, signal: AbortSignal): Promise<string> {
  const looked = await lookUp(
    ids.map((externalId) => ({ externalId })),
    workshop,
    signal,
  );
  if (looked.tag === "stopped") throw new Error(looked.result.reason.words);
  return ids.map((id) => `${id}: ${looked.isKnown(id) === true ? "known" : "not known"}`).join("; ");
}

function shown({ url, body }: ApiRequest, userAgent: string, note?: string): PreviewRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", "user-agent": userAgent, authorization: "Bearer (API key)" },
    body,
    ...(note !== undefined && { note }),
  };
}
