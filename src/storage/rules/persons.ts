/**
 * The order of one person's events: by event time, at one time `subscribed` before `unsubscribed`, then as they came; and which of
 * them makes which pointless. Pure.
 *
 * Said as SQL, from which both stores derive their statements: handed out as rows, what a person with a long story has done would be
 * read anew for each of their deliveries (in SQLite 1.4 times as long for two events of theirs, 36 times for a hundred).
 */
import type { Event } from "../../connector.ts";

/** Event time and rank in one number. Events of one place go in the order of their `seq`. */
export function placeInOrder({ eventTime, kind }: Pick<Event, "eventTime" | "kind">): number {
  return 2 * eventTime + (kind === "unsubscribed" ? 1 : 0);
}

/** The same as SQL, of two columns. */
export function placeInSql(eventTime: string, kind: string): string {
  return `(2 * ${eventTime} + CASE WHEN ${kind} = 'unsubscribed' THEN 1 ELSE 0 END)`;
}

/** The last place at the event time of this place, as SQL. */
export function lastPlaceAtTimeOf(place: string): string {
  return `(${place} | 1)`;
}

/** The order as SQL, to sort by or to compare as a row: of a place and a `seq`. */
export function orderInSql(place: string, seq: string, direction: "" | "DESC" = ""): string {
  return direction === "" ? `${place}, ${seq}` : `${place} ${direction}, ${seq} ${direction}`;
}

/** An event as a statement names it: columns, or parameters. */
export interface EventInSql {
  readonly user: string;
  readonly app: string;
  readonly account: string;
  readonly kind: string;
  readonly eventTime: string;
  readonly place: string;
}

/**
 * Whether the newer event makes a write of state for the older one pointless, as SQL: of the same person and official account, later
 * in their order, and another wish or the same one that is sent as well. The event times say nothing more, but indexes know them.
 * @param fate SQL: the state of the newer event's delivery by the same connector; null where there is none
 */
export function overtakesInSql(newer: EventInSql, older: EventInSql, fate: string): string {
  return `${newer.user} = ${older.user} AND ${newer.app} = ${older.app} AND ${newer.eventTime} >= ${older.eventTime}
    AND ${newer.account} = ${older.account} AND ${newer.place} > ${older.place}
    AND (${newer.kind} <> ${older.kind} OR ${fate} <> 'skipped')`;
}
