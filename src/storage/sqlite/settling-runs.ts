/**
 * Deliveries of one claim that were delivered in the same words, with nothing else that waits between them: one statement writes all of
 * them in half the time. So are most batches, since what came together is taken together.
 */
import type { Settlement } from "../contract/deliveries.ts";
import type { ConnectorClaims } from "./claims.ts";
import type { Context } from "./context.ts";
import { isDense } from "./dense.ts";

/** One alone needs no look around it. */
const FEWEST = 2;

/** What waits there, and one more than there may be. `+ 0` as it is said in candidates.ts */
const WAITING = `SELECT event FROM deliveries INDEXED BY deliveries_waiting
  WHERE connector = ?1 + 0 AND event BETWEEN ?2 + 0 AND ?3 + 0 AND state = 'waiting' ORDER BY event LIMIT ?4 + 0`;

/** Settlements that are written alike, in their order: of those with one another nothing but the event differs. Pure. */
export function alikeInRow(settlements: readonly Settlement[]): readonly (readonly Settlement[])[] {
  const groups: Settlement[][] = [];
  for (const settlement of settlements) {
    const last = groups.at(-1);
    if (last !== undefined && areAlike(last[0], settlement)) last.push(settlement);
    else groups.push([settlement]);
  }
  return groups;
}

function areAlike(one: Settlement | undefined, other: Settlement): boolean {
  return one?.to === "delivered" && other.to === "delivered" && one.note === other.note && one.proof === other.proof;
}

/** The first and the last. */
export type EventRange = readonly [first: number, last: number];

/** Their first and last event, where this token holds all of them, they lie close together and nothing else waits between; else undefined. */
export function rangeOf(
  { context, own, id }: { readonly context: Pick<Context, "all">; readonly own: ConnectorClaims; readonly id: number },
  token: string,
  settlements: readonly Settlement[],
): EventRange | undefined {
  if (settlements.length < FEWEST) return undefined;
  if (settlements.some(({ event }) => own.held.get(event)?.token !== token)) return undefined;
  const events = settlements.map(({ event }) => event).sort((a, b) => a - b);
  if (!isDense(events)) return undefined;
  const [first = 0, last = 0] = [events[0], events.at(-1)];
  const waiting = context.all(WAITING, id, first, last, events.length + 1);
  const areThese = waiting.length === events.length && waiting.every(({ event }, at) => event === events[at]);
  return areThese ? [first, last] : undefined;
}
