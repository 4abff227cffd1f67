/** The demo's destinations: stand-ins of HubSpot, Segment and a partner, and what goes wrong there. */
import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import type { Sandbox, SandboxRequest } from "../../connectors/kit/sandbox.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import { CREDENTIALS } from "./scenario.ts";

export interface Destinations {
  readonly urls: {
    readonly hubspot: string;
    readonly segment: string;
    readonly webhook: string;
    readonly team: string;
  };
  /** Makes a contact in HubSpot. */
  addContact(user: string): void;
  /** Segment answers 503 for `ms` and until the team's chat was told, each time with the wish to be left alone for `retryAfterS` seconds. */
  breakSegment(ms: number, retryAfterS: number): void;
  /** What the team's chat was told so far, the oldest first. */
  told(): readonly ReadMessage[];
  /** Whom the partner refuses (422); may be changed. */
  readonly refused: Set<string>;
  /** Whether a delivery that counts as delivered is really there, by its id (HubSpot: by the contact's values). */
  has(entry: LedgerEntry): boolean;
  /** By connector. */
  receipts(): readonly Receipt[];
  close(): Promise<void>;
}

/** What is read of a message to people. */
export interface ReadMessage {
  readonly kind: string;
  readonly title: string;
}

/** What one destination can tell of what it got. */
export interface Receipt {
  readonly connector: string;
  /** What it keeps, each thing once. */
  readonly kept: number;
  readonly things: string;
  readonly requests: number;
  /** What came again; undefined where the same write twice is the same. */
  readonly duplicates?: number;
  /** What it could not trust or threw away, and its name: zero when all is well. */
  readonly bad?: { readonly amount: number; readonly words: string };
}

/** By the names of the connectors in config/demo.yaml: where they go, in a sentence and in a table. */
export const DESTINATION_TYPES: Readonly<Record<string, { readonly said: string; readonly listed: string }>> = {
  crm: { said: "HubSpot", listed: "HubSpot" },
  analytics: { said: "Segment", listed: "Segment" },
  partner: { said: "the partner", listed: "webhook" },
};

export async function startDestinations(
  contacts: readonly string[],
  refusedAtFirst: Iterable<string>,
): Promise<Destinations> {
  const standIns = await startStandIns(contacts);
  const { hubspot, segment, webhook, team } = standIns;
  const refused = new Set(refusedAtFirst);
  refuse(webhook, refused);
  const told = () =>
    [...team.received.payloads.values()].map((payload) => (payload as { readonly data: ReadMessage }).data);
  return {
    urls: { hubspot: hubspot.url, segment: segment.url, webhook: webhook.url, team: team.url },
    told,
    addContact: (user) => hubspot.add({ chat_user_id: user }),
    breakSegment(ms, retryAfterS) {
      const end = performance.now() + ms;
      // on a machine that does much else it is told later
      breakDown(segment, retryAfterS, () => performance.now() < end || told().length === 0);
    },
    refused,
    has: (entry) => isThere(entry, standIns),
    receipts: () => receiptsOf(standIns),
    async close() {
      await Promise.all([hubspot.close(), segment.close(), webhook.close(), team.close()]);
    },
  };
}

type StandIns = Awaited<ReturnType<typeof startStandIns>>;

async function startStandIns(contacts: readonly string[]) {
  const [hubspot, segment, webhook, team] = await Promise.all([
    startHubSpotSandbox({
      token: CREDENTIALS.hubspotToken,
      contacts,
      properties: [{ name: "chat_changed_at", label: "Chat subscription changed at", type: "datetime" }],
      limits: { perTenSeconds: 250, searchesPerSecond: 5 },
    }),
    startSegmentSandbox({ writeKeys: [CREDENTIALS.segmentKey] }),
    startWebhookSandbox({ secret: CREDENTIALS.webhookSecret }),
    startWebhookSandbox({ secret: CREDENTIALS.teamSecret }),
  ]);
  return { hubspot, segment, webhook, team };
}

function isThere({ connector, id, event }: LedgerEntry, { hubspot, segment, webhook }: StandIns): boolean {
  switch (connector) {
    case "crm": {
      const contact = hubspot.contactOf(event.user);
      const changedAt = new Date(event.eventTime).toISOString();
      return contact?.chat_subscription === event.kind && contact.chat_changed_at === changedAt;
    }
    case "analytics":
      return segment.received.events.has(id);
    case "partner":
      return webhook.received.payloads.has(id);
    default:
      return false;
  }
}

function receiptsOf({ hubspot, segment, webhook }: StandIns): readonly Receipt[] {
  const changed = [...hubspot.contacts.values()].filter(({ properties }) => properties.chat_subscription !== undefined);
  return [
    { connector: "crm", kept: changed.length, things: "contacts changed", requests: hubspot.count },
    {
      connector: "analytics",
      kept: segment.received.events.size,
      things: "events",
      requests: segment.count,
      duplicates: segment.received.duplicates,
      bad: { amount: segment.received.dropped, words: "thrown away" },
    },
    {
      connector: "partner",
      kept: webhook.received.payloads.size,
      things: "webhooks",
      requests: webhook.count,
      duplicates: webhook.received.duplicates,
      bad: { amount: webhook.received.unverified, words: "with a wrong signature" },
    },
  ];
}

/** Answers 503 as long as it holds. */
export function breakDown(destination: Pick<Sandbox, "fail">, retryAfterS: number, when: () => boolean): void {
  const answer = { status: 503, headers: { "retry-after": String(retryAfterS) }, body: "Service Unavailable" };
  destination.fail(answer, { times: Number.POSITIVE_INFINITY, when });
}

function refuse(webhook: Sandbox, refused: ReadonlySet<string>): void {
  const answer = { status: 422, body: "no member with this user_id" };
  webhook.fail(answer, { times: Number.POSITIVE_INFINITY, when: (request) => refused.has(userIn(request) ?? "") });
}

function userIn({ method, body }: SandboxRequest): string | undefined {
  // `check --live` asks with OPTIONS, and nobody is in that
  if (method !== "POST") return undefined;
  const { data } = JSON.parse(body) as { data?: { user_id?: string } };
  return data?.user_id;
}
