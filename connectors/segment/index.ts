/** Segment, and what speaks its API: every event becomes a `track` call. */
import { type Connector, type ConnectorTools, connectorType, type PreviewRequest } from "../../src/connector.ts";
import { insistOnAny } from "../../src/connector-tools.ts";
import { checkSegment } from "./check.ts";
import { composeAll, deliverBatch, type Sending, split } from "./deliver.ts";
import { flushEvents } from "./sdk.ts";
import { lintSettings, SegmentSettings, targetOf } from "./settings.ts";

export const segment = connectorType({
  type: "segment",
  summary: "Sends each change as a track event to Segment, RudderStack, Jitsu or whatever speaks Segment's API.",
  usualName: "analytics",
  settings: SegmentSettings,
  example: `type: segment
write_key: \${SEGMENT_WRITE_KEY}
region: eu # or us: as the workspace; the wrong one drops every event without a word
event: Official Account Unsubscribed
`,
  // an event of ours has some 600 bytes: 500 of them stay below Segment's 500 KB a request
  largestBatch: () => 500,
  concurrency: 4,
  // Segment asks for at most 1,000 requests a second for the whole workspace; ours are full batches
  budgets: { default: { requests: 100, perMs: 1_000 } },
  writes: "fact",
  destination: (settings) => targetOf(settings).url,
  account: (settings) => `${targetOf(settings).origin} ${settings.write_key}`,
  lint: lintSettings,
  open: openSegment,
});

function openSegment(settings: SegmentSettings, tools: ConnectorTools): Connector {
  const target = targetOf(settings);
  const sending: Sending = {
    writeKey: settings.write_key,
    target,
    tools,
    templates: {
      event: tools.template(settings.event),
      userId: tools.template(settings.user_id),
      properties: tools.template(settings.properties),
    },
  };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, sending, signal),
    check: (signal) => checkSegment(settings, target, tools, signal),
    preview: async (deliveries) => {
      const batch = composeAll(deliveries, sending.templates);
      insistOnAny(batch);
      const requests = await Promise.all(split(batch.composed).map((piece) => previewPiece(piece, sending)));
      return requests.flat();
    },
  };
}

/** The SDK's own request, caught before it leaves. */
async function previewPiece(
  piece: ReturnType<typeof split>[number],
  { writeKey, target, tools }: Sending,
): Promise<PreviewRequest[]> {
  const flushes = await flushEvents(
    piece.map(({ event }) => event),
    {
      writeKey,
      target,
      exchange: async () => ({ status: 200, headers: new Headers(), text: "", retryAfterMs: undefined }),
    },
  );
  return flushes.map(({ request }) => ({
    method: request.method,
    url: request.url,
    headers: {
      "content-type": "application/json",
      "user-agent": tools.userAgent,
      // the key stands here in base64, where nobody would look for it
      authorization: "Basic (write key)",
    },
    body: { ...JSON.parse(request.body), writeKey: "(write key)", sentAt: "(the time of sending)" },
  }));
}
