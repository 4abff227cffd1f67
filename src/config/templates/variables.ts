/** What templates may say about an event. */
import { time } from "../../basics/format.ts";
import type { Delivery, Event } from "../../connector.ts";

/** What a template is rendered for. */
export type Subject = Pick<Delivery, "id" | "event">;

type Value = string | boolean;
export type Variables = Readonly<Record<string, Value>>;

export interface Variable {
  /** For messages and docs. */
  readonly meaning: string;
  readonly of: (subject: Subject) => Value;
}

const ALL: Readonly<Record<string, Variable>> = {
  event: { meaning: "`unsubscribed` or `subscribed`", of: ({ event }) => event.kind },
  user_id: { meaning: "the user's id in Chat", of: ({ event }) => event.user },
  official_account: {
    meaning: "the official account's id, such as `@TOA#_news`",
    of: ({ event }) => event.officialAccount,
  },
  operator: {
    meaning: "who did it: the user's own id, or an admin's; empty when Chat does not say",
    of: ({ event }) => event.operator,
  },
  by_admin: {
    meaning: "true when somebody other than the user did it; false when nobody knows",
    of: ({ event }) => event.byAdmin,
  },
  platform: {
    meaning: "the platform as Chat names it, such as `iOS`; may be empty",
    of: ({ event }) => event.platform,
  },
  client_ip: { meaning: "the address of the client; may be empty", of: ({ event }) => event.clientIp },
  event_time: {
    meaning: "when it happened: ISO 8601, UTC, milliseconds; takes the filter `date`",
    of: ({ event }) => time(event.eventTime),
  },
  received_at: {
    meaning: "when the callback arrived; written like `event_time`",
    of: ({ event }) => time(event.receivedAt),
  },
  app_id: { meaning: "the SDKAppID", of: ({ event }) => event.app },
  event_id: { meaning: "the event's id: the same call twice has the same one", of: ({ event }) => event.id },
  delivery_id: {
    meaning:
      "the delivery's id: always the same for this event at this connector, for destinations that know what came before",
    of: ({ id }) => id,
  },
  source: {
    meaning: "`reconcile` where no callback told it, and it was found by comparing rosters; else empty",
    of: ({ event }) => event.source ?? "",
  },
  discovered_at: {
    meaning: "when it was found so; written like `event_time`, or empty",
    of: ({ event }) => (event.discoveredAt === undefined ? "" : time(event.discoveredAt)),
  },
  happened_between: {
    meaning: "the window in which it must have happened: two times with a `/` between them, or empty",
    of: ({ event }) => event.happenedBetween?.map(time).join("/") ?? "",
  },
};

/** By name. */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map(Object.entries(ALL));

/** All of them, for the template engine. */
export function variablesOf(subject: Subject): Variables {
  const variables: Record<string, Value> = {};
  for (const [name, { of }] of VARIABLES) variables[name] = of(subject);
  return variables;
}

/** Events that every template is tried with: an ordinary one, and one at the edges of what Chat may send. */
export const SAMPLES: readonly Subject[] = [
  sample({
    id: "7e1c8a9d5b3f4e6a7e1c8a9d5b3f4e6a7e1c8a9d5b3f4e6a7e1c8a9d5b3f4e6a",
    kind: "unsubscribed",
    app: "1400000000",
    officialAccount: "@TOA#_news",
    user: "jared",
    operator: "jared",
    byAdmin: false,
    platform: "iOS",
    clientIp: "203.0.113.7",
    eventTime: 1_670_574_414_123,
    receivedAt: 1_670_574_414_456,
  }),
  sample({
    id: "0000000000000000000000000000000000000000000000000000000000000000",
    kind: "subscribed",
    app: "1",
    officialAccount: '@TOA#_"ünï"\u{1f984}',
    user: "'\u{1f984}<b>{{ user_id }}\\",
    operator: "администратор",
    byAdmin: true,
    platform: "",
    clientIp: "",
    eventTime: 0,
    receivedAt: 1,
  }),
];

function sample(event: Event): Subject {
  return { id: `${event.id}:sample`, event };
}
