/** What templates may say about an event. */
import { time } from "../../basics/format.ts";
import type { Delivery, Event } from "../../connector.ts";

export type Variables = Readonly<Record<string, string | boolean>>;

/** Name and meaning, for messages and docs. */
export const VARIABLES: ReadonlyMap<string, string> = new Map([
  ["event", "`unsubscribed` or `subscribed`"],
  ["user_id", "the user's id in Chat"],
  ["official_account", "the official account's id, such as `@TOA#_news`"],
  ["operator", "who did it: the user's own id, or an admin's; empty when Chat does not say"],
  ["by_admin", "true when somebody other than the user did it; false when nobody knows"],
  ["platform", "the platform as Chat names it, such as `iOS`; may be empty"],
  ["client_ip", "the address of the client; may be empty"],
  ["event_time", "when it happened: ISO 8601, UTC, milliseconds; takes the filter `date`"],
  ["received_at", "when the callback arrived; written like `event_time`"],
  ["app_id", "the SDKAppID"],
  ["event_id", "the event's id: the same call twice has the same one"],
  [
    "delivery_id",
    "the delivery's id: always the same for this event at this connector, for destinations that know what came before",
  ],
  ["source", "`reconcile` where no callback told it, and it was found by comparing rosters; else empty"],
  ["discovered_at", "when it was found so; written like `event_time`, or empty"],
  ["happened_between", "the window in which it must have happened: two times with a `/` between them, or empty"],
]);

export function variablesOf({ id, event }: Pick<Delivery, "id" | "event">): Variables {
  return {
    event: event.kind,
    user_id: event.user,
    official_account: event.officialAccount,
    operator: event.operator,
    by_admin: event.byAdmin,
    platform: event.platform,
    client_ip: event.clientIp,
    // only where they are used: to write a time costs as much as all the others
    get event_time() {
      return time(event.eventTime);
    },
    get received_at() {
      return time(event.receivedAt);
    },
    app_id: event.app,
    event_id: event.id,
    delivery_id: id,
    source: event.source ?? "",
    get discovered_at() {
      return event.discoveredAt === undefined ? "" : time(event.discoveredAt);
    },
    get happened_between() {
      return event.happenedBetween?.map(time).join("/") ?? "";
    },
  };
}

/** Events that every template is tried with: an ordinary one, and one at the edges of what Chat may send. */
export const SAMPLES: readonly Variables[] = [
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

function sample(event: Event): Variables {
  return variablesOf({ id: `${event.id}:sample`, event });
}
