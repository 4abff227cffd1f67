/** When something of a connector is due. */
import { numberOrNull } from "../rules/rows.ts";
import { LOOKED_THROUGH, SOON_MS } from "../rules/taking.ts";
import type { LockedConnector } from "./connectors.ts";
import type { Transaction } from "./context.ts";
import { UNCLAIMED } from "./turns.ts";

const QUEUE = (lane: 0 | 1, connector = "$1"): string =>
  `deliveries d WHERE d.connector = ${connector} AND d.lane = ${lane} AND d.state = 'waiting' AND NOT d.parked`;

/** When the first of a lane is due that is not put aside, as SQL; null where there is none. `of`: the connector, as SQL. */
export const dueOf = (
  lane: 0 | 1,
  { of, condition = "" }: { readonly of?: string; readonly condition?: string },
): string => `(SELECT d.due_at FROM ${QUEUE(lane, of)} ${condition} ORDER BY d.due_at, d.event LIMIT 1)`;

const FREE = { condition: `AND ${UNCLAIMED}` };
const UNTIL_DUE = `SELECT least(${dueOf(0, FREE)}, ${dueOf(1, FREE)}) AS due`;

/** Milliseconds until something that nobody holds is due; null when there is nothing. */
export async function untilDue({ one }: Transaction, { id, at }: LockedConnector): Promise<number | null> {
  return untilThen(numberOrNull((await one(UNTIL_DUE, id))?.due), at);
}

const dueOfFew = (lane: 0 | 1): string => `(
  SELECT CASE WHEN count(*) = ${LOOKED_THROUGH} AND count(n.free) = 0 THEN 0 ELSE min(n.free) END
  FROM (SELECT CASE WHEN ${UNCLAIMED} THEN d.due_at END AS free FROM ${QUEUE(lane, "q.id")}
    ORDER BY d.due_at, d.event LIMIT ${LOOKED_THROUGH}) n)`;
const UNTIL_DUE_OF_FEW = `SELECT q.id, least(${dueOfFew(0)}, ${dueOfFew(1)}) AS due FROM unnest($1::int[]) AS q (id)`;

/** The same of several, looked for among the first few alone: where all of these are held it says that it will be soon. */
export async function untilDueOfFew(
  { rows }: Transaction,
  locked: readonly Pick<LockedConnector, "id" | "at">[],
): Promise<ReadonlyMap<number, number | null>> {
  if (locked.length === 0) return new Map();
  const found = await rows(
    UNTIL_DUE_OF_FEW,
    locked.map(({ id }) => id),
  );
  const due = new Map(found.map((row) => [Number(row.id), numberOrNull(row.due)]));
  return new Map(locked.map(({ id, at }) => [id, untilThen(due.get(id) ?? null, at)]));
}

/** @param due when something is, in milliseconds since 1970 */
export function untilThen(due: number | null, at: number): number | null {
  if (due === null) return null;
  return due > at ? due - at : SOON_MS;
}
