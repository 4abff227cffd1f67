/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest } from "../../src/connector.ts";
import { insistOnAny, knownOf } from "../../src/connector-tools.ts";
import { composeAll } from "./compose.ts";
import { type Context, lookUp } from "./deliver.ts";
import { type ApiRequest, batchRequest, chunksOf, lookUpRequest } from "./requests.ts";

/** With `live` it is asked who is known, which changes nothing. */
export async function previewCustomerIo(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = context;
  const batch = composeAll(deliveries, templates, settings);
  insistOnAny(batch);
  const show = (request: ApiRequest, note?: string) => shown(request, tools.userAgent, note);
  const chunks = chunksOf(batch.persons);
  const writes = chunks.map((chunk) => batchRequest(settings, chunk));
  if (settings.unknown_people !== "check") return writes.map((request) => show(request));
  const looks: PreviewRequest[] = [];
  for (const chunk of chunks) {
    const ids = chunk.map(({ id }) => id);
    const note = live ? knownOf(ids, await lookUp(ids, context, signal)) : "asks who is known";
    looks.push(show(lookUpRequest(settings, ids), note));
  }
  return [...looks, ...writes.map((request) => show(request, "of those alone whom Customer.io knows"))];
}

function shown({ method, url, body, api }: ApiRequest, userAgent: string, note?: string): PreviewRequest {
  const authorization = api === "track" ? "Basic (site id and API key)" : "Bearer (App API key)";
  return {
    ...{ method, url, body },
    headers: { "content-type": "application/json", "user-agent": userAgent, authorization },
    ...(note !== undefined && { note }),
  };
}
