/** Plans, as they are looked at. */

import type { Look, LookOptions } from "../../contract/looks.ts";
import type { WhyLeft } from "../../contract/plans.ts";
import { numberFrom } from "../../rules/places.ts";
import { foundOf, frozenOf, planOf, whyLeft } from "../../rules/plans.ts";
import { isThere, type Reading, type SyncLooks } from "../reading.ts";

export function planLooks(reading: Reading): Pick<SyncLooks, "plan" | "plans" | "planChanges"> {
  const { all, one, now } = reading;
  return {
    plan(id) {
      const row = isThere(reading, "plans")
        ? one("SELECT * FROM plans WHERE id = ? AND ends_at > ?", id, now())
        : undefined;
      return row === undefined ? null : planOf(row);
    },
    plans() {
      if (!isThere(reading, "plans")) return [];
      return all("SELECT * FROM plans WHERE ends_at > ? ORDER BY at DESC, id DESC LIMIT 100", now()).map(planOf);
    },
    planChanges: (id, options) => changesOf(reading, id, options),
  };
}

function changesOf(reading: Reading, id: string, { from, rows, limit }: LookOptions): Look<WhyLeft> {
  if (!isThere(reading, "plans")) return { found: [], looked: 1, next: null };
  const most = Math.min(rows, limit);
  const done = Number(reading.one("SELECT done FROM plans WHERE id = ?", id)?.done ?? 0);
  const items = reading.all(
    `SELECT p.item, p.state, p.generation, d.state AS now_state, d.generation AS now_generation FROM plan_items p
     LEFT JOIN deliveries d ON d.connector = p.connector AND d.event = p.event
     WHERE p.plan = ? AND p.item >= ? ORDER BY p.item LIMIT ?`,
    ...[id, from === null ? done : numberFrom(from), most],
  );
  const last = items.length < most ? undefined : items.at(-1);
  return {
    found: items.flatMap((item) => whyLeft(frozenOf(item), foundOf(item)) ?? []),
    looked: items.length,
    next: last === undefined ? null : String(Number(last.item) + 1),
  };
}
