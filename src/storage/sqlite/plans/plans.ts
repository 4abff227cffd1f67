/** Repairs of many, frozen and worked off page by page. */
import type { SQLInputValue } from "node:sqlite";
import type { Plan, PlanRequest } from "../../contract/plans.ts";
import { goesOn, idleTooMany, newPlan, placeOfPlan, planOf } from "../../rules/plans.ts";
import { noteAct } from "../audit.ts";
import type { AllClaims } from "../claims.ts";
import type { Context, Operations, Row } from "../context.ts";
import { connectorsOf } from "../filters.ts";
import { addLetters, freeze } from "./freezing.ts";
import { workOff } from "./working-off.ts";

type PlanOperations = Pick<
  Operations,
  "beginPlan" | "addToPlan" | "freezePlan" | "workOffPlan" | "dropPlan" | "plan" | "plans"
>;

export function planOperations(context: Context, claims: AllClaims): PlanOperations {
  return {
    beginPlan(request) {
      begin(context, request);
      const plan = found(context, request.id);
      if (plan === null) throw new Error(`the plan ${request.id} is over`);
      return plan;
    },

    addToPlan(id, letters) {
      const row = openRow(context, id);
      if (row === undefined) return null;
      if (placeOfPlan(row) !== null && planOf(row).filter.ids !== undefined) addLetters(context, row, letters);
      return found(context, id);
    },

    freezePlan(id) {
      const row = openRow(context, id);
      if (row === undefined) return null;
      const place = placeOfPlan(row);
      if (place !== null) freeze(context, row, place);
      return found(context, id);
    },

    workOffPlan(id, act) {
      const plan = found(context, id);
      if (plan === null) return null;
      if (!goesOn(plan)) return { plan, left: [] };
      const { changed, left } = workOff(context, plan);
      if (plan.repair === "replay" && changed > 0) claims.forgetClear();
      noteAct(context, act, changed);
      return { plan: found(context, id) ?? plan, left };
    },

    dropPlan(id) {
      context.run("UPDATE plans SET ends_at = ? WHERE id = ? AND begun_at IS NULL", context.now(), id);
    },

    plan: (id) => found(context, id),

    plans: () =>
      context
        .all("SELECT * FROM plans WHERE ends_at > ? ORDER BY at DESC, id DESC LIMIT 100", context.now())
        .map(planOf),
  };
}

function openRow({ one, now }: Pick<Context, "one" | "now">, id: string): Row | undefined {
  return one("SELECT * FROM plans WHERE id = ? AND ends_at > ?", id, now());
}

function found(context: Pick<Context, "one" | "now">, id: string): Plan | null {
  const row = openRow(context, id);
  return row === undefined ? null : planOf(row);
}

/** Writes a plan down, unless it is there already; those that nobody has begun to work off end where they are too many. */
function begin(context: Context, request: PlanRequest): void {
  const { all, run, now } = context;
  const connectors = connectorsOf(context, request.filter).map(({ id }) => Number(id));
  const { id, repair, filter, actor, front, proven, at, endsAt, place } = newPlan(request, connectors, now());
  const values: SQLInputValue[] = [id, repair, filter, actor, front, proven ? 1 : 0, at, endsAt, place];
  run(
    `INSERT INTO plans (id, repair, filter, actor, front, proven, at, ends_at, place, upto)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) FROM events)) ON CONFLICT (id) DO NOTHING`,
    ...values,
  );
  const idle = all("SELECT * FROM plans WHERE begun_at IS NULL AND ends_at > ? ORDER BY at DESC, id DESC", at);
  for (const one of idleTooMany(idle.map(planOf))) run("UPDATE plans SET ends_at = ? WHERE id = ?", at, one);
}

/** Removes plans that are over, at most so many rows. Returns how many went. */
export function prunePlans({ one, run, now }: Context, rows: number): number {
  const over = one("SELECT id FROM plans WHERE ends_at <= ? ORDER BY ends_at LIMIT 1", now());
  if (over === undefined) return 0;
  const id = String(over.id);
  const items = "SELECT item FROM plan_items WHERE plan = ?1 LIMIT ?2";
  const gone = run(`DELETE FROM plan_items WHERE plan = ?1 AND item IN (${items})`, id, rows);
  return gone > 0 ? gone : run("DELETE FROM plans WHERE id = ?", id);
}
