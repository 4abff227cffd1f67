/** Plans, as they are looked at. */

import type { Look, LookOptions } from "../../contract/looks.ts";
import type { Plan, WhyLeft } from "../../contract/plans.ts";
import { numberFrom } from "../../rules/places.ts";
import { foundOf, frozenOf, planOf, whyLeft } from "../../rules/plans.ts";
import type { Transaction } from "../context.ts";
import { isThere } from "../is-there.ts";
import { NOW } from "../values.ts";

export async function planLooked(transaction: Transaction, id: string): Promise<Plan | null> {
  if (!(await isThere(transaction, "plans"))) return null;
  const row = await transaction.one(`SELECT * FROM plans WHERE id = $1 AND ends_at > ${NOW}`, id);
  return row === undefined ? null : planOf(row);
}

export async function plansLooked(transaction: Transaction): Promise<readonly Plan[]> {
  if (!(await isThere(transaction, "plans"))) return [];
  const rows = await transaction.rows(`SELECT * FROM plans WHERE ends_at > ${NOW} ORDER BY at DESC, id DESC LIMIT 100`);
  return rows.map(planOf);
}

export async function planChangesLooked(
  transaction: Transaction,
  id: string,
  { from, rows, limit }: LookOptions,
): Promise<Look<WhyLeft>> {
  if (!(await isThere(transaction, "plans"))) return { found: [], looked: 1, next: null };
  const most = Math.min(rows, limit);
  const done = Number((await transaction.one("SELECT done FROM plans WHERE id = $1", id))?.done ?? 0);
  const items = await transaction.rows(
    `SELECT p.item, p.state, p.generation, d.state AS now_state, d.generation AS now_generation FROM plan_items p
     LEFT JOIN deliveries d ON d.event = p.event AND d.connector = p.connector
     WHERE p.plan = $1 AND p.item >= $2 ORDER BY p.item LIMIT $3`,
    ...[id, from === null ? done : numberFrom(from), most],
  );
  const last = items.length < most ? undefined : items.at(-1);
  return {
    found: items.flatMap((item) => whyLeft(frozenOf(item), foundOf(item)) ?? []),
    looked: items.length,
    next: last === undefined ? null : String(Number(last.item) + 1),
  };
}
