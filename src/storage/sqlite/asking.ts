/** Questions of the command line: stories, the ledger. */

import { splitId } from "../../basics/delivery-id.ts";
import { lastOf } from "../rules/ledger-walk.ts";
import { connectorOf, entryOf, storyOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { editsBehind } from "./editing.ts";
import { eventIdsOf } from "./event-ids.ts";
import { conditionsOf, connectorsOf, LEDGER, ledgerOf } from "./filters.ts";

type AskingOperations = Pick<Operations, "connector" | "trace" | "deliveries">;

/** Where a line stands in the ledger. */
interface Place {
  readonly event: number;
  readonly connector: number;
}

export function askingOperations(context: Context): AskingOperations {
  const { all, one } = context;
  function placeOf(id: string): Place | undefined {
    const [eventId, origin] = splitId(id);
    const [event] = eventIdsOf(context).numbers([eventId]);
    const connector = one("SELECT id FROM connectors WHERE origin = ?", origin)?.id;
    return event === undefined || connector === undefined ? undefined : { event, connector: Number(connector) };
  }

  return {
    connector(name) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      return row === undefined ? null : connectorOf(row);
    },

    trace(user) {
      const story = `SELECT ${EVENT}, e.stored_at, e.callback AS e_callback FROM events e`;
      const rows = all(`${story} WHERE user = ? ORDER BY event_time, seq`, user);
      const ofEvent = `${LEDGER} WHERE d.event = ? AND d.connector IN (SELECT id FROM connectors) ORDER BY d.connector`;
      const links = all("SELECT * FROM healed WHERE user_id = ?", user);
      const edits = editsBehind(
        context,
        rows.map(({ e_callback: callback }) => Number(callback)),
      );
      return rows.map((row) => storyOf(row, all(ofEvent, Number(row.e_seq)), links, edits));
    },

    deliveries(filter, { limit, after }) {
      const place = after === undefined ? undefined : placeOf(after);
      if (after !== undefined && place === undefined) return [];
      const { sql, values } = conditionsOf(context, filter);
      // each connector's own lines are in this order already: all of them together would have to be sorted
      const pages = connectorsOf(context, filter).map(({ id }) =>
        all(
          `${ledgerOf(filter)} WHERE d.connector = ? AND d.event <= ?${sql} ORDER BY d.event DESC LIMIT ?`,
          ...[Number(id), place === undefined ? Number.MAX_SAFE_INTEGER : lastOf(Number(id), place), ...values, limit],
        ),
      );
      const entries = pages.flat().sort(newestFirst).slice(0, limit).map(entryOf);
      // who asks for the next page, or for a change of these, names them by id
      eventIdsOf(context).remember(entries.map(({ event }) => event));
      return entries;
    },
  };
}

function newestFirst(a: Row, b: Row): number {
  return Number(b.event) - Number(a.event) || Number(b.connector) - Number(a.connector);
}
