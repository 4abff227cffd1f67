/** Settled deliveries that nobody needs. */
import type { DeliveryState } from "../../contract/deliveries.ts";
import { mayGo, type PrunedBatch } from "../../rules/pruning.ts";
import { EVENT } from "../columns.ts";
import type { Context, Row } from "../context.ts";
import { needsOf } from "./needs.ts";

/** Where in the ledger the next batch begins, so that what must stay is not looked at again in each of them. */
interface Place {
  readonly at: number;
  readonly connector: number;
  readonly event: number;
}
const START: Place = { at: 0, connector: 0, event: 0 };

const SETTLED = `
  SELECT d.connector, d.event, d.settled_at, d.state, ${EVENT} FROM deliveries d CROSS JOIN events e ON e.seq = d.event
  WHERE d.state <> 'waiting' AND d.settled_at < ? AND (d.settled_at, d.connector, d.event) > (?, ?, ?)
  ORDER BY d.settled_at, d.connector, d.event LIMIT ?`;

/** Removes batch by batch what was settled before a time (milliseconds since 1970). */
export function pruneLedger(context: Context, batch: number): (before: number) => PrunedBatch {
  let place = START;
  return (before) => {
    const found = context.all(SETTLED, before, place.at, place.connector, place.event, batch);
    const needed = needsOf(context);
    let rows = 0;
    for (const row of found) {
      const [connector, event] = [Number(row.connector), Number(row.event)];
      const delivery = { state: row.state as DeliveryState, eventTime: Number(row.e_event_time) };
      if (!mayGo(delivery, () => needed(connector, row))) continue;
      rows += context.run("DELETE FROM deliveries WHERE connector = ? AND event = ?", connector, event);
    }
    const last = found.length === batch ? found.at(-1) : undefined;
    place = last === undefined ? START : placeOf(last);
    return { rows, more: last !== undefined };
  };
}

const placeOf = (row: Row): Place => ({
  at: Number(row.settled_at),
  connector: Number(row.connector),
  event: Number(row.event),
});
