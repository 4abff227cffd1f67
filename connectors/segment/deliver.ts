/** Sends a batch in as many requests as Segment's limits ask for, one after another, and says what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  type Outcome,
  retry,
  unavailableBy,
} from "../../src/connector.ts";
import { type ComposedBatch, chunksWithin, composeEach, withOutcomes } from "../../src/connector-tools.ts";
import { readAnswer } from "./answer.ts";
import { type Composed, compose, type EventTemplates } from "./event.ts";
import { type Flush, flushEvents } from "./sdk.ts";
import { said } from "./sentences.ts";
import type { Target } from "./settings.ts";

/** Segment's limit for a request is 500 KB; the rest is for the envelope. Bytes. */
const LARGEST_REQUEST = 480_000;
/** Segment's limit for a request, in events. */
const MOST_EVENTS = 2_500;

export interface Sending {
  readonly writeKey: string;
  readonly target: Target;
  readonly templates: EventTemplates;
  readonly tools: ConnectorTools;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  sending: Sending,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { composed, refused } = composeAll(deliveries, sending.templates);
  const found = new Map(refused);
  for (const piece of split(composed)) {
    const result = await sendPiece(piece, sending, signal);
    for (const [id, outcome] of result.outcomes ?? []) found.set(id, outcome);
    if (result.tag !== "outcomes") return withOutcomes(result, found);
  }
  return { tag: "outcomes", outcomes: found };
}

export function composeAll(deliveries: readonly Delivery[], templates: EventTemplates): ComposedBatch<Composed> {
  return composeEach(deliveries, (delivery) => compose(delivery, templates));
}

export function split(composed: readonly Composed[]): Composed[][] {
  return chunksWithin(composed, { most: MOST_EVENTS, bytes: LARGEST_REQUEST, sizeOf: ({ size }) => size });
}

async function sendPiece(
  piece: readonly Composed[],
  { writeKey, target, tools }: Sending,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const ids = new Map(piece.map(({ delivery, event }) => [event.messageId, delivery.id]));
  const flushes = await flushEvents(
    piece.map(({ event }) => event),
    {
      writeKey,
      target,
      exchange: ({ url, method, headers, body }) => tools.fetch(url, { method, headers, body, signal }),
    },
  );
  const found = new Map<string, Outcome>();
  for (const flush of flushes) {
    const result = readFlush(flush, ids, target.isSegment);
    for (const [id, outcome] of result.outcomes ?? []) found.set(id, outcome);
    if (result.tag !== "outcomes") return withOutcomes(result, found);
  }
  const unsent = [...ids.values()].filter((id) => !found.has(id));
  for (const id of unsent) found.set(id, retry(said("in_no_request")));
  return { tag: "outcomes", outcomes: found };
}

function readFlush(flush: Flush, ids: ReadonlyMap<string, string>, isSegment: boolean): DeliverResult {
  if ("error" in flush.result) return unavailableBy(flush.result.error);
  const sent = flush.messageIds.flatMap((messageId) => ids.get(messageId) ?? []);
  return readAnswer(flush.result.answer, sent, isSegment);
}
