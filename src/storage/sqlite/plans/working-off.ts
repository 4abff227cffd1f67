/** What a plan means is repaired page by page; what has changed since it was frozen is left alone. */
import type { DeliveryState } from "../../contract/deliveries.ts";
import type { Plan } from "../../contract/plans.ts";
import { type FoundNow, PLAN_PAGE, whyLeft, withLeft } from "../../rules/plans.ts";
import type { Context, Row } from "../context.ts";
import { openChanges } from "../repairing.ts";

/** Works off the next page. Returns how many it has changed, and what was left alone of it. */
export function workOff(context: Context, { id, repair, done, left }: Plan) {
  const items = context.all(
    "SELECT * FROM plan_items WHERE plan = ? AND item >= ? ORDER BY item LIMIT ?",
    ...[id, done, PLAN_PAGE],
  );
  const changes = openChanges(context);
  const alone = items.flatMap((item) => {
    const row = deliveryOf(context, item);
    const why = whyLeft({ state: String(item.state), generation: Number(item.generation) }, foundOf(row));
    if (why === undefined && row !== undefined) changes[repair](row);
    return why === undefined ? [] : [{ id: String(item.id), why }];
  });
  changes.count();
  const changed = items.length - alone.length;
  context.run(
    `UPDATE plans SET begun_at = coalesce(begun_at, ?), done = done + ?, changed = changed + ?, left_alone = ? WHERE id = ?`,
    ...[context.now(), items.length, changed, JSON.stringify(withLeft(left, alone)), id],
  );
  return { changed, left: alone };
}

function deliveryOf({ one }: Context, { connector, event }: Row): Row | undefined {
  return one(
    `SELECT d.*, e.app AS e_app, e.user AS e_user FROM deliveries d JOIN events e ON e.seq = d.event
     WHERE d.connector = ? AND d.event = ?`,
    ...[Number(connector), Number(event)],
  );
}

function foundOf(row: Row | undefined): FoundNow {
  return row === undefined ? null : { state: row.state as DeliveryState, generation: Number(row.generation) };
}
