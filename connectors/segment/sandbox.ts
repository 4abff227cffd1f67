/** A stand-in for Segment on loopback: takes batches as Segment documents them, and remembers the events by messageId. */
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
} from "../kit/sandbox.ts";

/** An event as it arrived. */
export interface SegmentEvent {
  readonly messageId: string;
  readonly type: string;
  readonly event: string;
  readonly userId: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What Segment knows after all requests so far. */
export interface SegmentReceived {
  /** Events by messageId, as Segment would show them in its Debugger. */
  readonly events: Map<string, SegmentEvent>;
  /** Events that came again and were recognised by their messageId. */
  duplicates: number;
  /** Events that were answered 200 and thrown away, as Segment does with those that it does not like. */
  dropped: number;
}

export interface SegmentSandbox extends Sandbox {
  readonly received: SegmentReceived;
}

export interface SegmentSandboxOptions {
  /** The write keys of its sources; others are answered 401 as RudderStack does. Any unless set. */
  readonly writeKeys?: readonly string[];
  readonly place?: SandboxPlace;
}

const LARGEST_REQUEST = 500_000;
const LARGEST_EVENT = 32 * 1024;
const MOST_EVENTS = 2_500;

export async function startSegmentSandbox({ writeKeys, place }: SegmentSandboxOptions = {}): Promise<SegmentSandbox> {
  const received: SegmentReceived = { events: new Map(), duplicates: 0, dropped: 0 };

  function respond(request: SandboxRequest): SandboxAnswer {
    if (request.method !== "POST" || request.path !== "/v1/batch") return { status: 404, body: "404 page not found" };
    const key = writeKeyOf(request);
    if (key === undefined || (writeKeys !== undefined && !writeKeys.includes(key))) {
      return { status: 401, body: "Invalid Write Key" };
    }
    const batch = batchOf(request.body);
    if (batch === undefined) return { status: 400, body: { success: false, message: "malformed JSON" } };
    if (Buffer.byteLength(request.body) > LARGEST_REQUEST || batch.length > MOST_EVENTS || batch.some(isTooLarge)) {
      return { status: 400, body: { success: false, message: "exceed payload limit" } };
    }
    for (const event of batch) keep(event);
    return { status: 200, body: { success: true } };
  }

  function keep(event: SegmentEvent): void {
    if (!event.event || !event.userId || !event.messageId) received.dropped += 1;
    else if (received.events.has(event.messageId)) received.duplicates += 1;
    else received.events.set(event.messageId, event);
  }

  return Object.assign(await startSandbox(respond, place), { received });
}

function writeKeyOf({ headers }: SandboxRequest): string | undefined {
  const [scheme, credentials] = (headers.authorization ?? "").split(" ");
  if (scheme !== "Basic" || credentials === undefined) return undefined;
  return Buffer.from(credentials, "base64").toString("utf8").split(":")[0];
}

function batchOf(body: string): readonly SegmentEvent[] | undefined {
  try {
    const { batch } = JSON.parse(body) as { batch?: unknown };
    return Array.isArray(batch) ? batch : undefined;
  } catch {
    return undefined;
  }
}

const isTooLarge = (event: SegmentEvent): boolean => Buffer.byteLength(JSON.stringify(event)) > LARGEST_EVENT;

/** A source of its own, which takes any write key. */
export const standIn: StandIn = {
  yaml: (url) => `type: segment
host: ${url}
write_key: \${SEGMENT_WRITE_KEY:-sandbox-write-key}
event: Official Account Unsubscribed
`,
  async start({ isStranger: _, ...place }) {
    return {
      sandbox: await startSegmentSandbox({ place }),
      tell: ({ body }) =>
        (batchOf(body) ?? []).map(({ userId, event, properties }) => ({
          person: String(userId),
          set: { event, ...properties },
        })),
    };
  },
};
