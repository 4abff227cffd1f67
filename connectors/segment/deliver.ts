/** Sends a batch in as many requests as Segment's limits ask for, one after another, and says what became of each delivery. */
import { type ConnectorTools, type DeliverResult, type Delivery, retry, unavailableBy } from "../../src/connector.ts";
import { type ComposedBatch, chunksWithin, composeEach, sendPieces, withOutcomes } from "../../src/connector-tools.ts";
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
  return sendPieces(split(composed), refused, (piece) => sendPiece(piece, sending, signal));
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
  const result = await sendPieces(flushes, new Map(), (flush) => readFlush(flush, ids, target.isSegment));
  if (result.tag !== "outcomes") return result;
  const unsent = [...ids.values()].filter((id) => !result.outcomes.has(id));
  return withOutcomes(result, new Map(unsent.map((id) => [id, retry(said("in_no_request"))])));
}

function readFlush(flush: Flush, ids: ReadonlyMap<string, string>, isSegment: boolean): DeliverResult {
  if ("error" in flush.result) return unavailableBy(flush.result.error);
  const sent = flush.messageIds.flatMap((messageId) => ids.get(messageId) ?? []);
  return readAnswer(flush.result.answer, sent, isSegment);
}
