/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest } from "../../src/connector.ts";
import { insistOnAny } from "../../src/connector-tools.ts";
import { composeAll } from "./compose.ts";
import { lookUp, type Workshop } from "./deliver.ts";
import { type ApiRequest, batchRequest, chunksOf, lookUpRequest } from "./requests.ts";

/** With `live` it is asked who is known, which changes nothing. */
export async function previewCustomerIo(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  const { settings, templates, tools } = workshop;
  const batch = composeAll(deliveries, templates, settings);
  insistOnAny(batch);
  const show = (request: ApiRequest, note?: string) => shown(request, tools.userAgent, note);
  const chunks = chunksOf(batch.persons);
  const writes = chunks.map((chunk) => batchRequest(settings, chunk));
  if (settings.unknown_people !== "check") return writes.map((request) => show(request));
  const looks: PreviewRequest[] = [];
  for (const chunk of chunks) {
    const ids = chunk.map(({ id }) => id);
    const note = live ? await known(ids, workshop, signal) : "asks who is known";
    looks.push(show(lookUpRequest(settings, ids), note));
  }
  return [...looks, ...writes.map((request) => show(request, "of those alone whom Customer.io knows"))];
}

async function known(ids: readonly string[], workshop: Workshop, signal: AbortSignal): Promise<string> {
  const looked = await lookUp(
    ids.map((id) => ({ id })),
    workshop,
    signal,
  );
  if (looked.tag === "stopped") throw new Error(looked.result.reason.words);
  return ids.map((id) => `${id}: ${looked.isKnown(id) ? "known" : "not known"}`).join("; ");
}

function shown({ method, url, body, api }: ApiRequest, userAgent: string, note?: string): PreviewRequest {
  const authorization = api === "track" ? "Basic (site id and API key)" : "Bearer (App API key)";
  return {
    ...{ method, url, body },
    headers: { "content-type": "application/json", "user-agent": userAgent, authorization },
    ...(note !== undefined && { note }),
  };
}
