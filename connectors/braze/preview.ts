/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest, Said } from "../../src/connector.ts";
import { insistOnAny, noted, previewKnown } from "../../src/connector-tools.ts";
import { composeAll, profilesOf } from "./compose.ts";
import { type Context, lookUp } from "./deliver.ts";
import { type ApiRequest, chunksOf, lookUpRequest, trackRequest } from "./requests.ts";
import { said } from "./sentences.ts";

/** With `live` it is asked who is known, which changes nothing: whoever is not is not shown as written. */
export async function previewBraze(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = context;
  const batch = composeAll(deliveries, templates, settings);
  insistOnAny(batch);
  const profiles = profilesOf(batch.composed, settings);
  const show = (request: ApiRequest, note?: Said) => shown(request, tools.userAgent, note);
  const chunks = chunksOf(profiles, settings);
  if (settings.unknown_users !== "check") return chunks.map((chunk) => show(trackRequest(settings, chunk)));
  return previewKnown(chunks, {
    idOf: ({ externalId }) => externalId,
    lookUp: live ? (ids) => lookUp(ids, context, signal) : undefined,
    unasked: said("asks_who"),
    look: (ids, note) => show(lookUpRequest(settings, ids), note),
    write: (known) => show(trackRequest(settings, known), said("of_known")),
  });
}

function shown({ url, body }: ApiRequest, userAgent: string, note?: Said): PreviewRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", "user-agent": userAgent, authorization: "Bearer (API key)" },
    body,
    ...noted(note),
  };
}
