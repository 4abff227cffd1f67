/** Which part of a person's story somebody still needs. */
import type { Context, Row } from "../context.ts";
import { personOf } from "../order.ts";

/** Since which event time it is needed at a connector: that of the first event which waits or is dead; infinite without one. */
export type Needs = (connector: number, row: Row) => number;

/** Asks once for each person, so it lives no longer than a batch. Rows have an event's columns as `EVENT` names them. */
export function needsOf(context: Pick<Context, "one">): Needs {
  const known = new Map<string, number>();
  return (connector, row) => {
    const key = `${connector} ${personOf(row)}`;
    const since = known.get(key) ?? neededSince(context, connector, row);
    known.set(key, since);
    return since;
  };
}

function neededSince({ one }: Pick<Context, "one">, connector: number, row: Row): number {
  const first = one(
    `SELECT min(e.event_time) AS time FROM events e CROSS JOIN deliveries d ON d.connector = ? AND d.event = e.seq
     WHERE e.user = ? AND e.app = ? AND d.state IN ('dead', 'waiting')`,
    ...[connector, String(row.e_user), String(row.e_app)],
  );
  return first?.time === null || first?.time === undefined ? Number.POSITIVE_INFINITY : Number(first.time);
}
