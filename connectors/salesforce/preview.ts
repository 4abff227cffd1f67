/** What would be sent, from the requests that `deliver` sends. */
import type { ConnectorTools, Delivery, PreviewRequest, Said } from "../../src/connector.ts";
import { chunksWithin, eachOf, insistOnAny, moreThanMax, noted, wordsWithMessage } from "../../src/connector-tools.ts";
import { type ApiRequest, callOf, LARGEST_BATCH } from "./api.ts";
import { type Composed, composeAll } from "./compose.ts";
import { type Context, findRecords } from "./deliver.ts";
import { words } from "./findings.ts";
import { lookUpQuery, type Match } from "./lookup.ts";
import { planCreations, planUpdates, type Write } from "./plan.ts";
import { chunksForQuery } from "./soql.ts";
import { requestFor, type Verb } from "./write.ts";

interface Options {
  readonly live: boolean;
  readonly signal: AbortSignal;
  readonly tools: Pick<ConnectorTools, "userAgent">;
}

/** With `live` the look-up is made (it changes nothing) and the record ids are shown; else a placeholder stands for them. */
export async function previewSalesforce(
  deliveries: readonly Delivery[],
  context: Context,
  { live, signal, tools }: Options,
): Promise<readonly PreviewRequest[]> {
  const planned = live ? await planLive(deliveries, context, signal) : planOffline(deliveries, context);
  const lookUps = chunksForQuery(planned.values, LARGEST_BATCH).map((chunk) =>
    context.api.query(lookUpQuery(context.settings, chunk)),
  );
  return [
    ...lookUps.map((request) => shown(request, tools.userAgent, planned.note)),
    ...planned.writing.map((request) => shown(request, tools.userAgent, planned.later)),
  ];
}

interface Planned {
  readonly values: readonly string[];
  readonly writing: readonly ApiRequest[];
  /** Of the look-up, and of what is written. */
  readonly note?: Said | undefined;
  readonly later?: Said;
}

function planOffline(deliveries: readonly Delivery[], { settings, templates, api }: Context): Planned {
  const batch = composeAll(deliveries, templates, new Map());
  insistOnAny(batch);
  const found = batch.composed.map((each) => ({ composed: each, ids: [`(record id of ${each.value})`] }));
  return {
    values: batch.composed.map(({ value }) => value),
    writing: requestsFor("update", planUpdates(found), api),
    note: words("finds", { object: settings.object }),
    later: words("ids_later"),
  };
}

async function planLive(deliveries: readonly Delivery[], context: Context, signal: AbortSignal): Promise<Planned> {
  const { settings, api } = context;
  const looked = await findRecords(deliveries, context, callOf(signal));
  if (looked.tag === "stopped") throw new Error(wordsWithMessage(looked.result.reason));
  insistOnAny(looked);
  const found = looked.matched.flatMap(({ composed, match }) =>
    match.tag === "found" && match.ids.length <= settings.match.max ? [{ composed, ids: match.ids }] : [],
  );
  const missing = looked.matched.flatMap(({ composed, match }): Composed[] =>
    match.tag === "missing" && settings.when_missing === "create" ? [composed] : [],
  );
  return {
    values: looked.matched.map(({ composed }) => composed.value),
    writing: [
      ...requestsFor("update", planUpdates(found), api),
      ...requestsFor("create", planCreations(missing, settings.match.field), api),
    ],
    note: eachOf(
      looked.matched.map(({ composed, match }) => ({ one: composed.value, what: saidOf(match, settings.match.max) })),
    ),
  };
}

function requestsFor(verb: Verb, writes: readonly Write[], api: Context["api"]): ApiRequest[] {
  return chunksWithin(writes, { most: LARGEST_BATCH }).map((chunk) => requestFor(api, verb, chunk));
}

function saidOf(match: Match, max: number): Said {
  switch (match.tag) {
    case "missing":
    case "unclear":
      return match.reason;
    case "many":
      return moreThanMax(words("many", { count: match.count }), max);
    case "found": {
      const found = words(match.ids.length === 1 ? "record" : "records", { ids: match.ids.join(", ") });
      return match.ids.length > max ? moreThanMax(found, max) : found;
    }
  }
}

function shown({ method, url, body }: ApiRequest, userAgent: string, note?: Said): PreviewRequest {
  return {
    method,
    url,
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      "user-agent": userAgent,
      authorization: "Bearer (access token)",
    },
    body,
    ...noted(note),
  };
}
