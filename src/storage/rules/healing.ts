/**
 * What follows from a roster: when somebody must have left, and whether a callback that came late tells the same. Pure. All times are
 * milliseconds since 1970, on Chat's clock unless said otherwise.
 *
 * Where two answers are possible, the one is taken that unsubscribes nobody by an assumption, and skips no genuine callback.
 */
import { sentence } from "../../basics/sentences.ts";
import type { Event, EventKind, Reason } from "../../connector.ts";
import type { RosterScope } from "../contract/accounts.ts";
import type { DeliveryState } from "../contract/deliveries.ts";
import type { MissingCounts } from "../contract/missing.ts";

/** Chat's list has whole seconds, and two of its machines may differ by another one. */
const UNKNOWN_MS = 2_000;
/** Chat's `SubscribeTime` has whole seconds. */
export const SECOND_MS = 1_000;
/** When nobody has wanted a roster for so long, it is removed: within a day, the rounds of housekeeping included. */
export const UNWANTED_MS = 12 * 3_600_000;
/** Who subscribed so shortly before a pass began may not be on its pages yet: the next one looks at them. */
const SETTLING_MS = 60_000;
/** Over so long the missing of one account are added up. */
export const LATELY_MS = 24 * 3_600_000;
/** Fewer than these are no share of anything. */
const FEWEST_OF_SHARE = 10;
/** So far is a share told apart: 0.29 times 100 is a little less than 29. */
const FINEST_SHARE = 1_000_000;

/** What an event says of a roster. */
export type Change = Pick<Event, "kind" | "app" | "officialAccount" | "user" | "eventTime">;

/** Whether a callback told that somebody left: what healing has found is none that was told. */
export function isTold({ kind, source }: Pick<Event, "kind" | "source">): boolean {
  return kind === "unsubscribed" && source === undefined;
}

/**
 * The end of the window in which somebody must have left whom an answer shows to be gone: the moment before the request.
 * @param askedAt when it was sent on Chat's clock, at the earliest that the answer allows
 */
export function endOfWindow(askedAt: number): number {
  return askedAt - UNKNOWN_MS;
}

export function isInScope(scopes: readonly RosterScope[], app: string, account: string): boolean {
  return scopes.some((scope) => scope.app === app && (scope.account === null || scope.account === account));
}

/** Whether something is in scope now that was not. @param before undefined: nothing was */
export function isWider(before: readonly RosterScope[] | undefined, after: readonly RosterScope[]): boolean {
  const was = ({ app, account }: RosterScope) =>
    before?.some((scope) => scope.app === app && (scope.account === null || scope.account === account)) === true;
  return !after.every(was);
}

/** Whether a time of Chat's list says of a row that it is of another, newer subscription. */
export function isAnother(subscribeTime: number, listed: number, skewMs: number): boolean {
  return listed > subscribeTime + skewMs + UNKNOWN_MS;
}

/** Up to when somebody must have subscribed to be missed by a pass. A first one only lists: whoever is not there, is told. */
export function settledBy({
  chatTime,
  isBaseline,
}: {
  readonly chatTime: number;
  readonly isBaseline: boolean;
}): number {
  return isBaseline ? chatTime - 1 : chatTime - SETTLING_MS;
}

/** From when on an unsubscription says that somebody whom Chat lists with this `SubscribeTime` is not to be added. */
export function secondOf(subscribeTime: number): number {
  return Math.floor(subscribeTime / SECOND_MS) * SECOND_MS;
}

/** An event that the store knows of the person and account. */
export interface KnownChange {
  readonly kind: EventKind;
  readonly eventTime: number;
}

export interface Ended {
  /** Of the row. */
  readonly subscribeTime: number;
  /** The end of the window. */
  readonly until: number;
  /** The newer subscription of one who came back. */
  readonly back: number | null;
  readonly skewMs: number;
}

/** When it happened: the end of what is left of the window. */
export type WishMoment =
  | { readonly tag: "at"; readonly eventTime: number }
  /** An event that the row does not know of says otherwise. */
  | { readonly tag: "newer" }
  | { readonly tag: "no_moment" };

/** @param known what is known of the person and account from the subscription on, in any order */
export function momentOf({ subscribeTime, until, back, skewMs }: Ended, known: readonly KnownChange[]): WishMoment {
  if (known.some(({ kind, eventTime }) => kind === "unsubscribed" && eventTime >= subscribeTime))
    return { tag: "newer" };
  const times = known.filter(({ kind }) => kind === "subscribed").map(({ eventTime }) => eventTime);
  const isEnding = (time: number) => !isAnother(subscribeTime, time, skewMs);
  const isBack = (time: number) => back !== null && Math.abs(time - back) <= skewMs + UNKNOWN_MS;
  if (times.some((time) => !isEnding(time) && !isBack(time))) return { tag: "newer" };
  // within the skew of both, it may be either: nothing is certain between them
  const after = Math.max(subscribeTime, ...times.filter(isEnding));
  const before = Math.min(back ?? Number.POSITIVE_INFINITY, ...times.filter((time) => isBack(time) && !isEnding(time)));
  const eventTime = back === null ? until : before - 1;
  return eventTime > after ? { tag: "at", eventTime } : { tag: "no_moment" };
}

/** A healed wish that no callback has been found to tell as well. */
export interface OpenWish {
  readonly subscribeTime: number;
  readonly from: number;
  readonly eventTime: number;
  readonly skewMs: number;
}

/**
 * Whether a genuine unsubscription that comes late is the healed one: its time lies in the window, and no subscription between them.
 * @param subscriptions known ones of the person and account, `SubscribeTime` of the roster's row included
 */
export function isOneWish(wish: OpenWish, callbackTime: number, subscriptions: readonly number[]): boolean {
  const { subscribeTime, from, eventTime, skewMs } = wish;
  const slack = skewMs + SECOND_MS;
  if (callbackTime < from - slack || callbackTime > eventTime + slack) return false;
  const [first, last] = [Math.min(callbackTime, eventTime), Math.max(callbackTime, eventTime)];
  // a time in whole seconds may be any of its second: where that could be between, it is
  const isBetween = (time: number) => time <= last && (time % SECOND_MS === 0 ? time + SECOND_MS - 1 : time) > first;
  return ![subscribeTime, ...subscriptions].some(isBetween);
}

/** What a connector has of the healed wish when the callback comes: a delivery, one that will be routed, or none. */
export type HealedThere = { readonly state: DeliveryState; readonly isHeld: boolean } | "to come" | "none";

/** How long a wish was not told at most, in milliseconds: from the beginning of its window until it was found. */
export const untoldMs = ({ discoveredAt, from }: { readonly discoveredAt: number; readonly from: number }): number =>
  Math.max(0, discoveredAt - from);

/** @param delivery its row, with `state` @param isToCome its connector has not come to that event yet @param isHeld somebody delivers it now */
export function healedThere(
  delivery: Readonly<Record<string, unknown>> | undefined,
  isToCome: boolean,
  isHeld: boolean,
): HealedThere {
  if (delivery === undefined) return isToCome ? "to come" : "none";
  return { state: delivery.state as DeliveryState, isHeld };
}

/** Which of the two goes to a connector. `both`: each by what is known of it. */
export type Goes = "healed" | "callback" | "both";

/** What was sent, or is being sent, is not sent again; of what has not gone yet, the callback's own time is the better one. */
export function whichGoes(there: HealedThere): Goes {
  if (there === "to come") return "callback";
  if (there === "none") return "both";
  switch (there.state) {
    case "delivered":
      return "healed";
    case "waiting":
      return there.isHeld ? "healed" : "callback";
    case "dead":
      return "callback";
    case "superseded":
    case "skipped":
    case "discarded":
      return "both";
  }
}

/** Why the callback is skipped where the healed one goes, and the other way round. */
export const deliveredAs = (healedEvent: string): Reason => sentence("delivered_already", { event: healedEvent });
export const cameAfterAll = (callbackEvent: string): Reason => sentence("callback_came", { event: callbackEvent });

export interface HoldLimits {
  readonly people: number;
  /** Of the roster: 0.05 is five of a hundred. */
  readonly share: number;
}

/**
 * Why a person must look before the missing of an account are asked about and delivered; undefined: nobody need.
 * @param counts over 24 hours of passes
 * @param subscribers Chat's own number, at the beginning of the pass
 */
export function whyHeld(
  { found, healedLately, heldLately, people }: MissingCounts,
  subscribers: number,
  limits: HoldLimits,
): string | undefined {
  if (found === 0) return undefined;
  const missing = found + healedLately + heldLately;
  if (subscribers === 0 && people > 0) return `the account had ${people} subscribers, and has none`;
  if (missing > limits.people) return `${missing} are missing within a day, more than ${limits.people}`;
  // those healed are no rows any more
  const all = people + healedLately;
  if (missing >= FEWEST_OF_SHARE && isMoreThan(limits.share, missing, all)) {
    return `${missing} of ${all} are missing within a day, more than ${Math.round(limits.share * 1_000) / 10} %`;
  }
  return undefined;
}

function isMoreThan(share: number, part: number, all: number): boolean {
  return part * FINEST_SHARE > Math.round(share * FINEST_SHARE) * all;
}

/** The month of a time, UTC. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/**
 * From which event on accounts must still be followed that were not wanted before. Of accounts that nobody has named nothing is known:
 * events may have told of them long ago. @param late rows of those that were wanted before, with `followed_to`
 */
export function followedFrom(
  scopes: readonly RosterScope[],
  late: readonly Readonly<Record<string, unknown>>[],
): number {
  if (late.length === 0 || scopes.some(({ account }) => account === null)) return 0;
  return Math.min(...late.map(({ followed_to: upto }) => Number(upto)));
}
