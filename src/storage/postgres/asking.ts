/** Questions of the command line: stories, the ledger, one connector. */

import { splitId } from "../../basics/delivery-id.ts";
import { connectorOf, entryOf, storyOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations } from "./context.ts";
import { editsBehind } from "./edits.ts";
import { conditionsOf, LEDGER } from "./filters.ts";

export function askingOperations({ transact }: Context): Pick<Operations, "connector" | "trace" | "deliveries"> {
  return {
    connector: (name) =>
      transact("work", async ({ one }) => {
        const row = await one("SELECT * FROM connectors WHERE name = $1", name);
        return row === undefined ? null : connectorOf(row);
      }),

    trace: (user) =>
      transact("work", async (transaction) => {
        const { rows } = transaction;
        // put in order here: asked to do it, the server may read all events in that order
        const story = `SELECT ${EVENT}, e.stored_at, e.callback AS e_callback FROM events e`;
        const events = await rows(`${story} WHERE e.user_id = $1`, user);
        const deliveries = await rows(
          `${LEDGER} WHERE d.event = ANY($1::bigint[])`,
          events.map(({ e_seq: seq }) => String(seq)),
        );
        const ofEvent = Map.groupBy(
          deliveries.toSorted((a, b) => Number(a.connector) - Number(b.connector)),
          ({ event }) => Number(event),
        );
        const links = await rows("SELECT * FROM healed WHERE user_id = $1", user);
        const edits = await editsBehind(transaction, events);
        return events
          .map((row) => storyOf(row, ofEvent.get(Number(row.e_seq)) ?? [], links, edits))
          .toSorted((a, b) => a.event.eventTime - b.event.eventTime || a.event.seq - b.event.seq);
      }),

    deliveries: (filter, { limit, after }) =>
      transact("leisure", async ({ rows }) => {
        const behind = {
          clause: `(d.event, d.connector) < ((SELECT seq FROM events WHERE id = $1), (SELECT id FROM connectors WHERE origin = $2))`,
          values: splitId(after ?? ""),
        };
        const { clause, values } = conditionsOf(filter, after === undefined ? undefined : behind);
        const page = `ORDER BY d.event DESC, d.connector DESC LIMIT $${values.length + 1}`;
        return (await rows(`${LEDGER} ${clause} ${page}`, ...values, limit)).map(entryOf);
      }),
  };
}
