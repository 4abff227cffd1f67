/** Whether what was read of an account's list can be believed. Pure. A reason is for people: with it the pass is void. */

import { durationSaid } from "../basics/said-spans.ts";
import type { Subscriber } from "../chat-rest/contract.ts";
import { says } from "./words.ts";

/** How far a pass has come. */
export interface PassReading {
  /** `SubscriberNum` as it was told before the first page and with each page, where it differed from the one before. */
  readonly told: readonly number[];
  readonly pages: number;
  /** Different people on all pages. */
  readonly people: number;
  /** Pages in a row that brought nobody who was not known. */
  readonly barren: number;
}

/** Machines of Chat's may differ by so much, and a request may be so long on its way. Milliseconds. */
const LONGEST_WAY_MS = 60_000;

/**
 * Nobody subscribes later than they are told of: what says so is no time of a subscription, and would overtake all that comes.
 * @param askedAt when the page was asked for, on Chat's clock; undefined: nobody knows
 * @param skewMs `chat.max_clock_skew`
 */
export function whyNotYet(
  people: readonly Pick<Subscriber, "subscribeTime">[],
  askedAt: number | undefined,
  skewMs: number,
): string | undefined {
  if (askedAt === undefined) return undefined;
  const latest = people.reduce((most, { subscribeTime }) => Math.max(most, subscribeTime), 0) * 1_000;
  if (latest <= askedAt + LONGEST_WAY_MS + skewMs) return undefined;
  return says("later_than_now", { span: durationSaid(latest - askedAt) }).words;
}

/** One page may bring nobody new where the list moves; so many do not. */
const MOST_BARREN = 10;
/** The list may be empty, and its end on a page of its own. */
const SPARE_PAGES = 2;

/**
 * @param subscribers when the pass began
 * @param now what is told at this moment, where it is an earlier one that goes on
 */
export function begunReading(
  subscribers: number,
  now: number,
  { pages, people }: Pick<PassReading, "pages" | "people">,
): PassReading {
  return { told: subscribers === now ? [now] : [subscribers, now], pages, people, barren: 0 };
}

/** @param people on all pages, this one included */
export function withPage({ told, ...reading }: PassReading, subscriberNum: number, people: number): PassReading {
  return {
    told: told.at(-1) === subscriberNum ? told : [...told, subscriberNum],
    pages: reading.pages + 1,
    people,
    barren: people > reading.people ? 0 : reading.barren + 1,
  };
}

/** Asked after each page. @param page what was on it */
export function whyNotOn(
  { told, pages, barren }: PassReading,
  page: { readonly people: number; readonly next: string },
): string | undefined {
  if (page.next === "") return undefined;
  if (page.people === 0) return says("nobody_and_on").words;
  const most = Math.max(...told);
  if (pages > most + SPARE_PAGES) return says("more_pages", { pages, most }).words;
  return barren >= MOST_BARREN ? says("barren", { pages: barren }).words : undefined;
}

/**
 * Asked at the end.
 * @param left how many unsubscriptions of the account our own callbacks have told meanwhile
 */
export function whyUnexplained({ told, people }: PassReading, left: number): string | undefined {
  const [first = 0, last = 0] = [told[0], told.at(-1)];
  const moved = told.reduce((sum, number, index) => sum + Math.abs(number - (told[index - 1] ?? number)), 0);
  // each who left may have moved somebody out of sight, and hidden one in the number who came
  const explained = moved + 2 * left;
  const [least, most] = [Math.min(first, last) - explained, Math.max(first, last) + explained];
  if (people >= least && people <= most) return undefined;
  const number = first === last ? last : says("number_then", { first, last });
  return says("unexplained", { people, number }).words;
}
