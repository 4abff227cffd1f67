/**
 * The callback of our own making that a healed wish is kept as, and how it is read: so that reading again, trace, migrate and pruning treat
 * it like any other. Chat never sends its command, and intake takes none that comes from outside. Pure.
 */
import { hash } from "node:crypto";
import type { Event } from "../../connector.ts";
import type { Callback } from "../contract/callbacks.ts";
import type { HealReason } from "../contract/healing.ts";

export const RECONCILED = "UnsubBridge.Reconciled";

/** First element of the array that the event's id is the hash of; a callback's event has 1 there. */
const ID_VERSION = 2;

/** What is found out of one person. */
export interface HealedWish {
  readonly app: string;
  readonly account: string;
  readonly user: string;
  /** Of the subscription that has ended, milliseconds since 1970. */
  readonly subscribeTime: number;
  /** The beginning of the window, and its end, which is the event's time: on Chat's clock, milliseconds since 1970. */
  readonly from: number;
  readonly eventTime: number;
  /** The newer subscription of one who came back. */
  readonly back: number | null;
  readonly reason: HealReason;
  /** On the store's clock, milliseconds since 1970. */
  readonly discoveredAt: number;
}

/** The same ended subscription is the same event, whoever finds it and when. */
export function healedId({ app, account, user, subscribeTime }: Omit<HealedWish, "from" | "eventTime">): string {
  return hash("sha256", JSON.stringify([ID_VERSION, app, "reconcile", account, user, subscribeTime]), "hex");
}

function cameBackId(app: string, account: string, user: string, back: number): string {
  return hash("sha256", JSON.stringify([ID_VERSION, app, "reconcile_back", account, user, back]), "hex");
}

export function healedCallback(wish: HealedWish): Callback {
  const body = {
    CallbackCommand: RECONCILED,
    Official_Account: wish.account,
    Subscriber_Account: wish.user,
    EventTime: wish.eventTime,
    SubscribeTime: wish.subscribeTime,
    HappenedFrom: wish.from,
    DiscoveredAt: wish.discoveredAt,
    Reason: wish.reason,
    ...(wish.back !== null && { SubscribedAgain: wish.back }),
  };
  return {
    ...{ app: wish.app, command: RECONCILED, platform: "", clientIp: "", receivedAt: wish.discoveredAt },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

/** Its events: the unsubscription, and behind it the newer subscription of one who came back. */
export function eventsOfWish({ app, account, user, back, ...wish }: HealedWish): [left: Event, ...back: Event[]] {
  const { from, eventTime, discoveredAt } = wish;
  const common = {
    ...{ app, officialAccount: account, user, operator: "", byAdmin: false, platform: "", clientIp: "" },
    ...{ receivedAt: discoveredAt, discoveredAt, source: "reconcile" as const },
  };
  const id = healedId({ app, account, user, back, ...wish });
  const left: Event = { id, kind: "unsubscribed", ...common, eventTime, happenedBetween: [from, eventTime] };
  if (back === null) return [left];
  const again: Event = { id: cameBackId(app, account, user, back), kind: "subscribed", ...common, eventTime: back };
  return [left, { ...again, happenedBetween: [back, back] }];
}

/** Undefined where it is none that we have written. */
export function readHealed({ app, body }: Pick<Callback, "app" | "body">): HealedWish | undefined {
  const fields = fieldsIn(body);
  const { Official_Account: account, Subscriber_Account: user, Reason: reason, SubscribedAgain: back = null } = fields;
  const { EventTime: eventTime, SubscribeTime: subscribeTime, HappenedFrom: from, DiscoveredAt: discoveredAt } = fields;
  const isOurs = fields.CallbackCommand === RECONCILED && typeof account === "string" && typeof user === "string";
  if (!isOurs || !isReason(reason) || !(back === null || isTime(back))) return undefined;
  if (!isTime(eventTime) || !isTime(subscribeTime) || !isTime(from) || !isTime(discoveredAt)) return undefined;
  return { app, account, user, subscribeTime, from, eventTime, back, reason, discoveredAt };
}

function fieldsIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value);
const isReason = (value: unknown): value is HealReason => ["left", "deleted", "destroyed"].includes(String(value));
