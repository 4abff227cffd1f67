/** Settled deliveries, and events, that nobody needs: looked at in the order in which events came, which needs no index. */
import type { DeliveryState } from "../../contract/deliveries.ts";
import { ABANDONED_MS } from "../../rules/bounds.ts";
import { isWorthALook, mayGo, type PrunedBatch } from "../../rules/pruning.ts";
import type { Context, Row } from "../context.ts";
import { type Needs, needsOf } from "./needs.ts";

const EVENTS = `
  SELECT seq, user AS e_user, app AS e_app, event_time AS e_event_time, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ?`;
const DELIVERIES = "SELECT event, state, settled_at FROM deliveries WHERE connector = ? AND event BETWEEN ? AND ?";
const REMOVE = "DELETE FROM deliveries WHERE connector = ? AND event IN (SELECT value FROM json_each(?))";
/** What was remembered of healed ones goes with them. */
const OF_EVENTS = [
  "DELETE FROM healed WHERE event IN (SELECT value FROM json_each(?))",
  "DELETE FROM healed_facts WHERE event IN (SELECT value FROM json_each(?))",
  "DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?))",
];

/**
 * Removes batch by batch what was settled before a time (milliseconds since 1970), and events behind every cursor that were received
 * before it and that nothing refers to.
 * @param batch events that are looked at in one step
 */
export function pruneLedger(context: Context, batch: number): (before: number) => PrunedBatch {
  // where the next step begins, so that what must stay is not looked at again in each of them
  let place = Number.MIN_SAFE_INTEGER;
  return (before) => {
    const found = context.all(EVENTS, place, batch);
    const now = context.now();
    const old = found.filter((row) => isWorthALook(Number(row.received_at), before, now));
    // they are numbered as they came: behind a batch without an old one there are none
    const more = found.length === batch && old.length > 0;
    place = more ? Number(found.at(-1)?.seq) : Number.MIN_SAFE_INTEGER;
    return { rows: old.length === 0 ? 0 : removeFrom(context, old, before, now), more };
  };
}

interface Removing {
  readonly events: ReadonlyMap<number, Row>;
  /** Numbers of the first and the last of them. */
  readonly between: readonly [first: number, last: number];
  readonly before: number;
  readonly needed: Needs;
  /** Events to which a delivery still refers: these stay. */
  readonly referred: Set<number>;
}

/** Returns how many rows went. @param now milliseconds since 1970 */
function removeFrom(context: Context, events: readonly Row[], before: number, now: number): number {
  const connectors = context.all("SELECT id, cursor, seen_at FROM connectors");
  const ids = connectors.map(({ id }) => Number(id));
  const removing: Removing = {
    events: new Map(events.map((row) => [Number(row.seq), row])),
    between: [Number(events[0]?.seq), Number(events.at(-1)?.seq)],
    ...{ before, needed: needsOf(context), referred: new Set() },
  };
  const deliveries = ids.reduce((sum, id) => sum + removeDeliveries(context, id, removing), 0);
  const routed = routedByAll(connectors, now);
  const going = events.filter(
    (row) =>
      Number(row.seq) <= routed &&
      Number(row.received_at) < before &&
      !removing.referred.has(Number(row.seq)) &&
      // what waits, or is dead and may be replayed, must find out that a newer event has overtaken it
      !ids.some((id) => Number.isFinite(removing.needed(id, row))),
  );
  if (going.length > 0) for (const sql of OF_EVENTS) context.run(sql, JSON.stringify(going.map(({ seq }) => seq)));
  return deliveries + going.length;
}

/** One connector's of these events. */
function removeDeliveries(
  { all, run }: Context,
  connector: number,
  { events, between, before, needed, referred }: Removing,
): number {
  const going: number[] = [];
  for (const { event: number, state, settled_at: settledAt } of all(DELIVERIES, connector, ...between)) {
    const event = events.get(Number(number));
    if (event === undefined) continue;
    const delivery = { state: state as DeliveryState, eventTime: Number(event.e_event_time) };
    const isOld = settledAt !== null && Number(settledAt) < before;
    if (isOld && mayGo(delivery, () => needed(connector, event))) going.push(Number(number));
    else referred.add(Number(number));
  }
  if (going.length > 0) run(REMOVE, connector, JSON.stringify(going));
  return going.length;
}

/** The last event that all connectors in use are behind; before all of them where none is in use. */
function routedByAll(connectors: readonly Row[], at: number): number {
  const inUse = connectors.filter(({ seen_at }) => Number(seen_at) >= at - ABANDONED_MS);
  return inUse.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...inUse.map(({ cursor }) => Number(cursor)));
}
