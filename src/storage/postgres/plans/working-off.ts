/** What a plan means is repaired page by page; what has changed since it was frozen is left alone. */
import type { Plan } from "../../contract/plans.ts";
import { foundOf, frozenOf, PLAN_PAGE, whyLeft, withLeft } from "../../rules/plans.ts";
import type { Transaction } from "../context.ts";
import { CHANGES, letOthersGo } from "../repairing.ts";

/** Works off the next page. Returns how many it has changed, and what was left alone of it. */
export async function workOff(transaction: Transaction, { id, repair, done, left }: Plan) {
  const { rows, run, now } = transaction;
  // in the way of every take: nobody claims meanwhile what is changed here
  await rows("SELECT 1 FROM connectors ORDER BY id FOR UPDATE");
  const items = await rows(
    `SELECT p.*, d.state AS now_state, d.generation AS now_generation FROM plan_items p
     LEFT JOIN deliveries d ON d.event = p.event AND d.connector = p.connector
     WHERE p.plan = $1 AND p.item >= $2 ORDER BY p.item LIMIT $3`,
    ...[id, done, PLAN_PAGE],
  );
  const verdicts = items.map((item) => ({ item, why: whyLeft(frozenOf(item), foundOf(item)) }));
  const meant = verdicts.flatMap(({ item, why }) => (why === undefined ? [item] : []));
  const alone = verdicts.flatMap(({ item, why }) => (why === undefined ? [] : [{ id: String(item.id), why }]));
  const changed = await rows(
    `UPDATE deliveries d SET ${CHANGES[repair]} FROM unnest($1::bigint[], $2::int[]) AS n (event, connector)
     WHERE d.event = n.event AND d.connector = n.connector RETURNING d.connector, d.person`,
    ...[meant.map(({ event }) => String(event)), meant.map(({ connector }) => Number(connector))],
  );
  await letOthersGo(transaction, changed);
  await run(
    `UPDATE plans SET begun_at = coalesce(begun_at, $2), done = done + $3, changed = changed + $4, left_alone = $5 WHERE id = $1`,
    ...[id, await now(), items.length, changed.length, JSON.stringify(withLeft(left, alone))],
  );
  return { changed: changed.length, left: alone };
}
