/** A batch on its way: compose, ask who is known, write, and say what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  type HttpAnswer,
  type Outcome,
  unavailableBy,
  unmatched,
} from "../../src/connector.ts";
import { withOutcomes } from "../../src/connector-tools.ts";
import { type LookedUp, readBatch, readLookUp } from "./answer.ts";
import { composeAll, type Person, type Templates } from "./compose.ts";
import { type ApiRequest, batchChunks, batchRequest, lookUpChunks, lookUpRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { CustomerIoSettings } from "./settings.ts";

/** What an open connector works with. */
export interface Workshop {
  readonly settings: CustomerIoSettings;
  readonly tools: ConnectorTools;
  readonly templates: Templates;
}

type Stopped = Exclude<DeliverResult, { tag: "outcomes" }>;

export async function deliverBatch(
  deliveries: readonly Delivery[],
  workshop: Workshop,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { persons, settled } = composeAll(deliveries, workshop.templates, workshop.settings);
  const found = new Map(settled);
  const stopped =
    workshop.settings.unknown_people === "check"
      ? await writeKnown(persons, found, workshop, signal)
      : await write(persons, found, workshop, signal);
  return stopped === undefined ? { tag: "outcomes", outcomes: found } : withOutcomes(stopped, found);
}

/** Resolves with what stopped it; `found` has what was known by then. */
async function writeKnown(
  persons: readonly Person[],
  found: Map<string, Outcome>,
  workshop: Workshop,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  for (const chunk of lookUpChunks(persons)) {
    const looked = await lookUp(chunk, workshop, signal);
    if (looked.tag === "stopped") return looked.result;
    const known = chunk.filter(({ id }) => looked.isKnown(id));
    for (const person of chunk) {
      if (!known.includes(person)) settle(person, unmatched(said("unknown", { id: person.id })), found);
    }
    const stopped = await write(known, found, workshop, signal);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

export async function lookUp(
  persons: readonly Pick<Person, "id">[],
  { settings, tools }: Pick<Workshop, "settings" | "tools">,
  signal: AbortSignal,
): Promise<LookedUp> {
  const ids = persons.map(({ id }) => id);
  try {
    return readLookUp(await send(lookUpRequest(settings, ids), settings, tools, signal), settings);
  } catch (error) {
    return { tag: "stopped", result: unavailableBy(error) };
  }
}

async function write(
  persons: readonly Person[],
  found: Map<string, Outcome>,
  { settings, tools }: Workshop,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  for (const chunk of batchChunks(persons)) {
    const answer = await send(batchRequest(settings, chunk), settings, tools, signal).catch(unavailableBy);
    if ("tag" in answer) return answer;
    const written = readBatch(answer, chunk, settings);
    for (const person of chunk) {
      const outcome = written.outcomes.get(person.id);
      if (outcome !== undefined) settle(person, outcome, found);
    }
    if (written.tag === "stopped") return written.result;
  }
  return undefined;
}

function settle({ deliveries }: Person, outcome: Outcome, found: Map<string, Outcome>): void {
  for (const { id } of deliveries) found.set(id, outcome);
}

/** Throws on network trouble, timeout or abort. */
export function send(
  { method, url, body, api }: ApiRequest,
  settings: CustomerIoSettings,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const headers = { authorization: authorizationFor(api, settings), "content-type": "application/json" };
  const budget = api === "track" ? "default" : "lookup";
  return tools.fetch(url, {
    method,
    headers,
    budget,
    signal,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function authorizationFor(api: ApiRequest["api"], { site_id, api_key, app_api_key = "" }: CustomerIoSettings): string {
  if (api === "app") return `Bearer ${app_api_key}`;
  return `Basic ${Buffer.from(`${site_id}:${api_key}`).toString("base64")}`;
}
