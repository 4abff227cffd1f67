/** Sends a batch in as many requests as Segment's limits ask for, one after another, and says what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  errorWords,
  type Outcome,
  rejected,
  retry,
  unavailableBy,
} from "../../src/connector.ts";
import { readAnswer } from "./answer.ts";
import { type Composed, compose, type EventTemplates } from "./event.ts";
import { type Flush, flushEvents } from "./sdk.ts";
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
  const { composed, found } = composeAll(deliveries, sending.templates);
  let accepted = false;
  const pieces = split(composed);
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const result = await sendPiece(piece, sending, signal);
    if (result.tag === "batchRejected") {
      // as long as nothing was accepted, the bridge finds the culprit; after that it would send the accepted ones again
      if (!accepted && found.size === 0) return result;
      const [only] = piece;
      if (piece.length === 1 && only !== undefined) found.set(only.delivery.id, rejected(result.reason));
      else {
        // they were sent, whatever becomes of their halves
        for (const { delivery } of piece) found.set(delivery.id, retry(result.reason));
        pieces.unshift(...halves(piece));
      }
      continue;
    }
    for (const [id, outcome] of result.outcomes ?? []) found.set(id, outcome);
    if (result.tag !== "outcomes") return { ...result, outcomes: found };
    accepted ||= [...result.outcomes.values()].some(({ tag }) => tag === "delivered");
  }
  return { tag: "outcomes", outcomes: found };
}

/** Composes each delivery by itself: one that cannot be rendered does not take the others along. */
export function composeAll(deliveries: readonly Delivery[], templates: EventTemplates) {
  const composed: Composed[] = [];
  const found = new Map<string, Outcome>();
  for (const delivery of deliveries) {
    try {
      const composition = compose(delivery, templates);
      if (composition.ok) composed.push(composition.composed);
      else found.set(composition.id, rejected(composition.reason));
    } catch (error) {
      found.set(delivery.id, rejected(`a template failed: ${errorWords(error)}`));
    }
  }
  return { composed, found };
}

/** Cuts a batch where the next event would exceed a request's limits. Keeps the order. */
export function split(composed: readonly Composed[]): Composed[][] {
  const pieces: Composed[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const each of composed) {
    const piece = pieces.at(-1);
    if (piece === undefined || size + each.size > LARGEST_REQUEST || piece.length === MOST_EVENTS) {
      pieces.push([each]);
      size = each.size;
    } else {
      piece.push(each);
      size += each.size;
    }
  }
  return pieces;
}

function halves<T>(list: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
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
    if (result.tag === "batchRejected") return result;
    for (const [id, outcome] of result.outcomes ?? []) found.set(id, outcome);
    if (result.tag !== "outcomes") return { ...result, outcomes: found };
  }
  const unsent = [...ids.values()].filter((id) => !found.has(id));
  for (const id of unsent) found.set(id, retry("the event was in no request that Segment's library made"));
  return { tag: "outcomes", outcomes: found };
}

function readFlush(flush: Flush, ids: ReadonlyMap<string, string>, isSegment: boolean): DeliverResult {
  if ("error" in flush.result) return unavailableBy(flush.result.error);
  const sent = flush.messageIds.flatMap((messageId) => ids.get(messageId) ?? []);
  return readAnswer(flush.result.answer, sent, isSegment);
}
