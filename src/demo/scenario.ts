/** What happens in the demo: who leaves, who comes back, and whom a destination does not take. Pure. */
import type { EventKind } from "../connector.ts";

/** Made up: they open nothing but the demo's own stand-ins. */
export const CREDENTIALS = {
  app: 1_400_000_000,
  chatToken: "demo-chat-token",
  chatKey: "demo-chat-secret-key-that-opens-nothing-but-the-stand-in-of-chat",
  hubspotToken: "pat-demo-hubspot-token",
  segmentKey: "demo-segment-write-key",
  webhookSecret: "whsec_ZGVtby13ZWJob29rLXNlY3JldC1ub3Qtc2VjcmV0",
  teamSecret: "whsec_dGhlLXRlYW0tcmVhZHMtd2hhdC1pcy1sYXRl",
} as const;

/** The types of the connectors in config/demo.yaml. */
export const USUAL_TYPES: readonly string[] = ["hubspot", "segment", "webhook"];

/** People with a part of their own. */
export const CAST = {
  /** HubSpot does not know her, until her contact is made. */
  unknown: "mia",
  /** The partner refuses him, until it has mended its list. */
  mended: "noah",
  /** The partner refuses her to the end. */
  refused: "olivia",
} as const;

/** They leave while the bridge is down: no callback ever tells of them. */
export const UNHEARD = ["paul", "quinn", "ruby"] as const;

/** Whose removals the partner is not told about (`except` in config/demo.yaml). */
const CLEANUP_BOT = "cleanup_bot";
export const NEWS = "@TOA#_news";

/** One callback of Chat. */
export interface DemoCallback {
  readonly kind: EventKind;
  readonly officialAccount: string;
  readonly operator: string;
  readonly users: readonly string[];
  /** Chat's `OptPlatform`. */
  readonly platform: string;
  /** Milliseconds since 1970; absent: when it is posted. */
  readonly eventTime?: number;
  /** The body as it goes over the wire, where it is not ours to choose. */
  readonly body?: string;
}

/** The sample request of Chat's page "After Official Account Is Unsubscribed", without its comments. */
export const SAMPLE: DemoCallback & { readonly eventTime: number } = {
  kind: "unsubscribed",
  officialAccount: "@TOA#_test_OA_for_penn",
  operator: "leckie",
  users: ["jared", "leckie"],
  platform: "RESTAPI",
  eventTime: 1_670_574_414_123,
  body: `{
"CallbackCommand": "OfficialAccount.CallbackAfterDeleteSubscriber",
"Official_Account" : "@TOA#_test_OA_for_penn",
"Operator_Account": "leckie",
"SubscribeAccountList": [
{
"Subscriber_Account": "jared"
},
{
"Subscriber_Account": "leckie"
}
],
"EventTime": 1670574414123
}`,
};

/** How many people leave in which way, 1,000 in all; and how many stay. */
export const GROUPS = { themselves: 300, byAdmin: 600, byBot: 80, returning: 20, staying: 200 } as const;
const LIST = { byAdmin: 50, byBot: 40 } as const;
const PLATFORMS = ["iOS", "Android", "Web", "Windows"] as const;

export interface Scenario {
  /** In the order in which Chat posts them. */
  readonly callbacks: readonly DemoCallback[];
  /** Everybody whom HubSpot has a contact of. */
  readonly contacts: readonly string[];
  /** Who subscribes to `NEWS` in the beginning, and since when, in seconds since 1970. */
  readonly subscribers: readonly { readonly users: readonly string[]; readonly since: number }[];
}

/** @param now milliseconds since 1970 */
export function scenario(now: number): Scenario {
  const returning = named("returning", GROUPS.returning);
  // somebody who left 90 s ago and came back 20 s ago; Chat tells the second first
  const back = returning.map((user) => themselves(user, 0, { kind: "subscribed", eventTime: now - 20_000 }));
  const late = returning.map((user) => themselves(user, 0, { kind: "unsubscribed", eventTime: now - 90_000 }));
  const callbacks = mixed([
    spread(
      leavers().map((user, index) => themselves(user, index)),
      0,
      1,
    ),
    spread(removed("member", GROUPS.byAdmin, LIST.byAdmin, "administrator"), 0.1, 0.9),
    spread(removed("inactive", GROUPS.byBot, LIST.byBot, CLEANUP_BOT), 0.3, 0.6),
    spread(back, 0.2, 0.5),
    spread(late, 0.6, 0.95),
  ]);
  const people = [SAMPLE, ...callbacks].flatMap(({ users }) => users).filter((user) => user !== CAST.unknown);
  const staying = named("reader", GROUPS.staying);
  const longSince = callbacks.flatMap(({ users }) => users).filter((user) => !returning.includes(user));
  // some who never leave: `send --count` can play with them
  return {
    callbacks,
    contacts: [...new Set([...people, ...UNHEARD, ...named("sample", 1_000, 1)])],
    subscribers: [
      { users: [...new Set([...longSince, ...UNHEARD, ...staying])], since: Math.floor(now / 1_000) - 86_400 },
      { users: returning, since: Math.floor(now / 1_000) - 20 },
    ],
  };
}

/** The body of a callback, as Chat writes it. */
function leavers(): string[] {
  const cast = [CAST.mended, CAST.unknown, CAST.refused];
  const others = named("user", GROUPS.themselves - cast.length);
  return [...others.slice(0, 20), ...cast, ...others.slice(20)];
}

function themselves(user: string, index: number, more: Partial<DemoCallback> = {}): DemoCallback {
  const platform = PLATFORMS[index % PLATFORMS.length] ?? "iOS";
  return { kind: "unsubscribed", officialAccount: NEWS, operator: user, users: [user], platform, ...more };
}

function removed(name: string, many: number, list: number, operator: string): DemoCallback[] {
  const users = named(name, many);
  return Array.from({ length: many / list }, (_, index) => ({
    kind: "unsubscribed",
    officialAccount: NEWS,
    operator,
    users: users.slice(index * list, (index + 1) * list),
    platform: "RESTAPI",
  }));
}

function named(name: string, many: number, digits = 3): string[] {
  return Array.from({ length: many }, (_, index) => `${name}-${String(index + 1).padStart(digits, "0")}`);
}

interface Placed {
  /** Where in the whole, 0 to 1. */
  readonly at: number;
  readonly callback: DemoCallback;
}

function spread(callbacks: readonly DemoCallback[], from: number, to: number): Placed[] {
  return callbacks.map((callback, index) => ({ at: from + ((to - from) * index) / callbacks.length, callback }));
}

function mixed(groups: readonly (readonly Placed[])[]): DemoCallback[] {
  return groups
    .flat()
    .sort((one, other) => one.at - other.at)
    .map(({ callback }) => callback);
}
