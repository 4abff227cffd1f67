/** Sends a batch in as many requests as Mixpanel's limits ask for, one after another, and says what became of each delivery. */
import { type ConnectorTools, type DeliverResult, type Delivery, unavailableBy } from "../../src/connector.ts";
import { basicAuthorization, chunksWithin, sendPieces } from "../../src/connector-tools.ts";
import { readAnswer } from "./answer.ts";
import { type Composed, composeAll, type EventTemplates } from "./event.ts";
import { baseUrlOf, type MixpanelSettings } from "./settings.ts";

/** Mixpanel's limit for a request, in events. */
const MOST_EVENTS = 2_000;
/** One of its pages says 10 MB for a request, another 2: below both. Bytes. */
const LARGEST_REQUEST = 1_900_000;

/** What an open connector works with. */
export interface Context {
  readonly settings: MixpanelSettings;
  readonly templates: EventTemplates;
  readonly tools: ConnectorTools;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const { composed, refused } = composeAll(deliveries, context.templates);
  return sendPieces(split(composed), refused, (piece) => sendPiece(piece, context, signal));
}

/** Cuts a batch where the next event would exceed a request's limits. Keeps the order. */
export function split(composed: readonly Composed[]): Composed[][] {
  return chunksWithin(composed, { most: MOST_EVENTS, bytes: LARGEST_REQUEST, sizeOf: ({ size }) => size + 1 });
}

async function sendPiece(piece: readonly Composed[], context: Context, signal: AbortSignal): Promise<DeliverResult> {
  try {
    const events = piece.map(({ text }) => text);
    return readAnswer(await send(events, context, signal), piece);
  } catch (error) {
    return unavailableBy(error);
  }
}

/** Without `strict=1` Mixpanel would say nothing of what it does not take. */
export function importUrl(settings: MixpanelSettings): string {
  return `${baseUrlOf(settings)}/import?strict=1&project_id=${settings.project_id}`;
}

/** Throws on network trouble, timeout or abort. @param events each as JSON */
export function send(events: readonly string[], { settings, tools }: Context, signal: AbortSignal) {
  const { service_account, secret } = settings;
  return tools.fetch(importUrl(settings), {
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      authorization: basicAuthorization(service_account, secret),
    },
    body: `[${events.join(",")}]`,
    signal,
  });
}
