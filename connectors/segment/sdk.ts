/**
 * Segment's SDK, used for what it knows (the shape of a request) and kept from what the bridge does itself (waiting,
 * retrying, judging). Read in its source, version 3.1.0:
 * - it takes every status below 400 for success, and a batch that it dropped resolves like one that was sent: so the outcome
 *   is read from the exchange itself, by the ids that were in the request;
 * - callbacks of `track` come 300 ms late by design: `flush()` is awaited instead;
 * - it would sleep on `Retry-After`: it never sees one.
 */
import { Analytics, type HTTPClient, type HTTPClientRequest } from "@segment/analytics-node";
import type { HttpAnswer } from "../../src/connector.ts";
import type { TrackEvent } from "./event.ts";
import type { Target } from "./settings.ts";

/** Carries a request of the SDK; throws on network trouble. */
export type Exchange = (request: HTTPClientRequest) => Promise<HttpAnswer>;

/** A request that the SDK made, with what came of it. */
export interface Flush {
  readonly request: HTTPClientRequest;
  /** messageIds of the events that were in it. */
  readonly messageIds: readonly string[];
  readonly result: { readonly answer: HttpAnswer } | { readonly error: unknown };
}

/**
 * Sends events that fit into one request. Resolves with the requests that were made: one, as far as we know.
 *
 * Each call has an instance of its own: what one flush leaves behind (a rate limit, a straggler) cannot get into the next.
 */
export async function flushEvents(
  events: readonly TrackEvent[],
  { writeKey, target, exchange }: { writeKey: string; target: Target; exchange: Exchange },
): Promise<readonly Flush[]> {
  const flushes: Flush[] = [];
  const analytics = new Analytics({
    writeKey,
    host: target.origin,
    path: target.path,
    httpClient: recording(exchange, flushes),
    maxRetries: 0,
    maxRateLimitDuration: 0,
    // one more than there are: only `flush` sends. The interval frees events that would otherwise be stuck for good
    flushAt: events.length + 1,
    flushInterval: 1_000,
  });
  for (const event of events) analytics.track(event);
  await analytics.closeAndFlush({ timeout: 0 });
  return flushes;
}

function recording(exchange: Exchange, flushes: Flush[]): HTTPClient {
  return {
    async makeRequest(request) {
      const messageIds = messageIdsIn(request.body);
      try {
        const answer = await exchange(request);
        flushes.push({ request, messageIds, result: { answer } });
        return { status: answer.status, statusText: "", headers: {} };
      } catch (error) {
        flushes.push({ request, messageIds, result: { error } });
        throw error;
      }
    },
  };
}

/** What the request really carries, rather than what we believe to have put in. */
function messageIdsIn(body: string): string[] {
  const { batch } = JSON.parse(body) as { batch: readonly { messageId: string }[] };
  return batch.map((event) => event.messageId);
}
