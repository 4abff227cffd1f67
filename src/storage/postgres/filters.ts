/** Which deliveries a person means, as SQL over `d`, `c` and `e`. */

import { splitId } from "../../basics/delivery-id.ts";
import type { DeliveryFilter } from "../contract/ledger.ts";
import { DELIVERY, EVENT, WAITING_FOR } from "./columns.ts";
import type { Value } from "./values.ts";

/** A delivery with its connector's names and its event. */
export const LEDGER = `SELECT ${DELIVERY}, ${WAITING_FOR}, c.name, c.origin, ${EVENT} FROM deliveries d
  JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event`;

export interface Conditions {
  readonly clause: string;
  readonly values: readonly Value[];
}

/** @param more further conditions, whose values are numbered from `$1` on and come first */
export function conditionsOf(filter: DeliveryFilter, more: Conditions = { clause: "", values: [] }): Conditions {
  const where: string[] = more.clause === "" ? [] : [more.clause];
  const values: Value[] = [...more.values];
  const add = (condition: (parameter: string) => string, value: Value) => {
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  const { connector, states, class: deadClass, user, since, until, ids } = filter;
  if (connector !== undefined) add((p) => `c.name = ${p}`, connector);
  if (states !== undefined) add((p) => `d.state = ANY(${p}::text[])`, states);
  if (deadClass !== undefined) add((p) => `d.class = ${p}`, deadClass);
  if (user !== undefined) add((p) => `e.user_id = ${p}`, user);
  if (since !== undefined) add((p) => `e.received_at >= ${p}`, since);
  if (until !== undefined) add((p) => `e.received_at < ${p}`, until);
  if (ids !== undefined) {
    add(
      (p) => `e.id = ANY(${p}::text[])`,
      ids.map((id) => splitId(id)[0]),
    );
    add((p) => `e.id || ':' || c.origin = ANY(${p}::text[])`, ids);
  }
  return { clause: where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`, values };
}
