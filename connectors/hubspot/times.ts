/** Times as HubSpot reads them, and values that are made from a time and are none. Pure. */
import type { Event, Reason } from "../../src/connector.ts";
import { said } from "./sentences.ts";

const DAY_MS = 86_400_000;
/** A value made from a time may lie a year before or after it: a term, an anniversary. */
const FARTHEST_MS = 400 * DAY_MS;

/** ISO 8601, or milliseconds since 1970, as HubSpot reads a date property; undefined for anything else. */
export function timeOf(text: string): number | undefined {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Whether a template makes its value from a time that the event, or the clock, gives. */
export function isMadeOfTime(template: string): boolean {
  return /\b(event_time|received_at)\b|["'](now|today)["']/.test(template);
}

/** Whether it looks like seconds since 1970, which HubSpot reads as milliseconds: a day in January 1970. */
export function isUnixSeconds(text: string): boolean {
  return /^\d{9,11}$/.test(text);
}

/** What is wrong with a date that was made from a time of the event, or of the clock (`now`), and is far from all of them. */
export function strayTime(
  name: string,
  value: string,
  { eventTime, receivedAt }: Pick<Event, "eventTime" | "receivedAt">,
  now: number,
): Reason | undefined {
  const time = timeOf(value);
  if (time === undefined) return undefined;
  const distance = Math.min(...[eventTime, receivedAt, now].map((known) => Math.abs(known - time)));
  if (distance <= FARTHEST_MS) return undefined;
  return said("stray_time", { property: name, day: dayOf(time), value, todo: SECONDS_WAY_OUT });
}

const SECONDS_WAY_OUT = "write {{ event_time }} as it is, or milliseconds";

export function dayOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "no day at all" : date.toISOString().slice(0, 10);
}
