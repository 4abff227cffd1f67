/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest, Said } from "../../src/connector.ts";
import { insistOnAny, noted, previewKnown } from "../../src/connector-tools.ts";
import { composeAll } from "./compose.ts";
import { type Context, lookUp } from "./deliver.ts";
import { type ApiRequest, batchRequest, chunksOf, lookUpRequest } from "./requests.ts";
import { said } from "./sentences.ts";

/** With `live` it is asked who is known, which changes nothing: whoever is not is not shown as written. */
export async function previewCustomerIo(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = context;
  const batch = composeAll(deliveries, templates, settings);
  insistOnAny(batch);
  const show = (request: ApiRequest, note?: Said) => shown(request, tools.userAgent, note);
  const chunks = chunksOf(batch.persons);
  if (settings.unknown_people !== "check") return chunks.map((chunk) => show(batchRequest(settings, chunk)));
  return previewKnown(chunks, {
    idOf: ({ id }) => id,
    lookUp: live ? (ids) => lookUp(ids, context, signal) : undefined,
    unasked: said("asks_who"),
    look: (ids, note) => show(lookUpRequest(settings, ids), note),
    write: (known) => show(batchRequest(settings, known), said("of_known")),
  });
}

function shown({ method, url, body, api }: ApiRequest, userAgent: string, note?: Said): PreviewRequest {
  const authorization = api === "track" ? "Basic (site id and API key)" : "Bearer (App API key)";
  return {
    ...{ method, url, body },
    headers: { "content-type": "application/json", "user-agent": userAgent, authorization },
    ...noted(note),
  };
}
