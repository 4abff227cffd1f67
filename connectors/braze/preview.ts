/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest } from "../../src/connector.ts";
import { insistOnAny, knownOf } from "../../src/connector-tools.ts";
import { composeAll, profilesOf } from "./compose.ts";
import { type Context, lookUp } from "./deliver.ts";
import { type ApiRequest, chunksOf, lookUpRequest, trackRequest } from "./requests.ts";

/** With `live` it is asked who is known, which changes nothing. */
export async function previewBraze(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = context;
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
    const note = live
      ? knownOf(ids, await lookUp(ids, context, signal))
      : "asks who is known; nothing of a profile comes back";
    looks.push(show(lookUpRequest(settings, ids), note));
  }
  return [...looks, ...writes.map((request) => show(request, "of those alone whom Braze knows"))];
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
