/** Which deliveries a filter means, as SQL over `d` (deliveries), `c` (connectors) and `e` (events). */
import type { SQLInputValue } from "node:sqlite";
import { splitId } from "../../basics/delivery-id.ts";
import type { DeliveryFilter } from "../contract/ledger.ts";
import { EVENT } from "./columns.ts";
import type { Context, Row } from "./context.ts";
import { eventIdsOf } from "./event-ids.ts";

const COLUMNS = `d.*, c.name, c.origin, ${EVENT}`;

/** A delivery with its connector's names and its event. */
export const LEDGER = `SELECT ${COLUMNS} FROM deliveries d
  JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event`;

/** `LEDGER`, read by the index that suits the filter: without statistics SQLite would read all that a connector ever had. */
export function ledgerOf({ user, states }: DeliveryFilter): string {
  const rest = "JOIN connectors c ON c.id = d.connector";
  if (user !== undefined) {
    return `SELECT ${COLUMNS} FROM events e CROSS JOIN deliveries d ON d.event = e.seq ${rest}`;
  }
  const [state] = states?.length === 1 ? states : [];
  if (state !== "dead" && state !== "waiting") return LEDGER;
  return `SELECT ${COLUMNS} FROM deliveries d INDEXED BY deliveries_${state} ${rest} JOIN events e ON e.seq = d.event`;
}

export interface Conditions {
  /** Begins with AND, or is empty. */
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** All conditions of a filter but `connector`. */
export function conditionsOf(context: Context, filter: DeliveryFilter): Conditions {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]) => {
    parts.push(` AND ${condition}`);
    values.push(...more);
  };
  const { states, class: verdict, user, since, until, ids } = filter;
  // one state stands in the text: only so are the indexes of what waits and what is dead used
  if (states?.length === 1) add(`d.state = '${known(states[0])}'`);
  else if (states !== undefined) add("d.state IN (SELECT value FROM json_each(?))", JSON.stringify(states));
  if (verdict !== undefined) add("d.class = ?", verdict);
  if (user !== undefined) add("e.user = ?", user);
  if (since !== undefined) add("e.received_at >= ?", since);
  if (until !== undefined) add("e.received_at < ?", until);
  if (ids !== undefined) {
    add(
      "d.event IN (SELECT value FROM json_each(?))",
      JSON.stringify(eventIdsOf(context).numbers(ids.map((id) => splitId(id)[0]))),
    );
    add("e.id || ':' || c.origin IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  }
  return { sql: parts.join(""), values };
}

/** The connectors that a filter means. */
export function connectorsOf({ all }: Pick<Context, "all">, { connector }: Pick<DeliveryFilter, "connector">): Row[] {
  return connector === undefined
    ? all("SELECT id, origin FROM connectors ORDER BY id")
    : all("SELECT id, origin FROM connectors WHERE name = ?", connector);
}

const STATES = new Set<unknown>(["waiting", "delivered", "dead", "superseded", "skipped", "discarded"]);

/** What goes into SQL as text is one of ours. */
function known(state: unknown): string {
  if (!STATES.has(state)) throw new Error(`there is no state "${String(state)}"`);
  return String(state);
}
