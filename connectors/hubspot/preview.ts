/** What would be sent, from the requests that `deliver` sends. */
import type { Delivery, PreviewRequest, Said } from "../../src/connector.ts";
import {
  chunksWithin,
  eachOf,
  insistOnAny,
  moreThanMax,
  noted,
  parseJson,
  wordsWithMessage,
} from "../../src/connector-tools.ts";
import { type ApiRequest, LARGEST_BATCH } from "./api.ts";
import { chunksForSearch, chunksWithoutTwins } from "./chunks.ts";
import { type Composed, composeAll } from "./compose.ts";
import { type Context, findContacts } from "./deliver.ts";
import { words } from "./findings.ts";
import { type Match, readProperties } from "./lookup.ts";
import { planCreations, planUpdates } from "./plan.ts";

/** With `live` the look-up is made (it changes nothing) and the record ids are shown; else a placeholder stands for them. */
export async function previewHubSpot(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal }: { live: boolean; signal: AbortSignal },
): Promise<readonly PreviewRequest[]> {
  return live ? previewLive(deliveries, context, signal) : previewOffline(deliveries, context);
}

async function previewOffline(deliveries: readonly Delivery[], context: Context): Promise<PreviewRequest[]> {
  const { settings, templates, tools } = context;
  const { property } = settings.match;
  const batch = composeAll(deliveries, templates, property, new Map(), Date.now());
  insistOnAny(batch);
  const { composed } = batch;
  const unique = property === "email";
  const note = unique ? words("finds_by_email") : words("finds", { property });
  const lookUps = await lookUpRequests(composed, context, unique);
  const found = composed.map((each) => ({ composed: each, ids: [`(record id of ${each.value})`] }));
  const updates = await updateRequests(found, context);
  const later = words("ids_later");
  return [
    ...lookUps.map((request) => shown(request, tools.userAgent, note)),
    ...updates.map((request) => shown(request, tools.userAgent, later)),
  ];
}

async function previewLive(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<PreviewRequest[]> {
  const { settings, tools, api } = context;
  const looked = await findContacts(deliveries, context, signal);
  if (looked.tag === "stopped") throw new Error(wordsWithMessage(looked.result.reason));
  const { matched, unique } = looked;
  insistOnAny(looked);
  const lookUps = await lookUpRequests(
    matched.map(({ composed }) => composed),
    context,
    unique,
  );
  const note = eachOf(
    matched.map(({ composed, match }) => ({ one: composed.value, what: saidOf(match, settings.match.max) })),
  );
  const found = matched.flatMap(({ composed, match }) =>
    match.tag === "found" && match.ids.length <= settings.match.max ? [{ composed, ids: match.ids }] : [],
  );
  const missing = matched.flatMap(({ composed, match }) => (match.tag === "missing" ? [composed] : []));
  const creations = settings.when_missing === "create" ? planCreations(missing, settings.match.property) : [];
  const creating = chunksWithin(creations, { most: LARGEST_BATCH }).map((chunk) =>
    api.create(chunk.map(({ input }) => input)),
  );
  const writing = [...(await updateRequests(found, context)), ...(await Promise.all(creating))];
  return [
    ...lookUps.map((request) => shown(request, tools.userAgent, note)),
    ...writing.map((request) => shown(request, tools.userAgent)),
  ];
}

function saidOf(match: Match, max: number): Said {
  if (match.tag !== "found") return match.reason;
  const found = words(match.ids.length === 1 ? "contact" : "contacts", { ids: match.ids.join(", ") });
  return match.ids.length > max ? moreThanMax(found, max) : found;
}

function lookUpRequests(composed: readonly Composed[], { api, settings }: Context, unique: boolean) {
  const { property } = settings.match;
  const values = composed.map(({ value }) => value);
  const requests = unique
    ? chunksWithoutTwins(values, LARGEST_BATCH).map((chunk) => api.read(property, chunk, readProperties(property)))
    : chunksForSearch(values, LARGEST_BATCH).map((chunk) => api.search(property, chunk));
  return Promise.all(requests);
}

function updateRequests(found: Parameters<typeof planUpdates>[0], { api }: Context): Promise<ApiRequest[]> {
  const chunks = chunksWithin(planUpdates(found), { most: LARGEST_BATCH });
  return Promise.all(chunks.map((chunk) => api.update(chunk.map(({ input }) => input))));
}

function shown({ method, url, headers, body }: ApiRequest, userAgent: string, note?: Said): PreviewRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    url,
    headers: { ...Object.fromEntries(lower), "user-agent": userAgent, authorization: "Bearer (access token)" },
    body: body === undefined ? undefined : parseJson(body),
    ...noted(note),
  };
}
