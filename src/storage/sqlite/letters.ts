/** Verdicts of death on their way to the dead-letter file. */
import { splitId } from "../../basics/delivery-id.ts";
import { letterOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations } from "./context.ts";
import { eventIdsOf } from "./event-ids.ts";

const OFFERED = `
  SELECT d.*, c.name, c.origin, ${EVENT} FROM deliveries d JOIN connectors c ON c.id = d.connector
  JOIN events e ON e.seq = d.event WHERE d.state = 'dead' AND d.journaled = 0
  ORDER BY d.settled_at, d.connector, d.event LIMIT ?`;

const JOURNALED = `
  UPDATE deliveries SET journaled = 1 WHERE state = 'dead' AND generation = ? AND event = ?
    AND connector = (SELECT id FROM connectors WHERE origin = ?)`;

export function letterOperations(context: Context): Pick<Operations, "unjournaled" | "journaled"> {
  return {
    unjournaled(limit) {
      const letters = context.all(OFFERED, limit).map(letterOf);
      // whoever writes their lines names them by id
      eventIdsOf(context).remember(letters.map(({ event }) => event));
      return letters;
    },

    journaled(letters) {
      const ids = eventIdsOf(context);
      for (const { id, generation } of letters) {
        const [eventId, origin] = splitId(id);
        const [event] = ids.numbers([eventId]);
        if (event !== undefined) context.run(JOURNALED, generation, event, origin);
      }
    },
  };
}
