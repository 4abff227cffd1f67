/** Repairs of many, frozen and worked off page by page. Whoever works on a plan locks it: others wait for the page. */
import type { Act } from "../../contract/audit.ts";
import type { Plan, PlanRequest } from "../../contract/plans.ts";
import { goesOn, idleTooMany, newPlan, placeOfPlan, planOf } from "../../rules/plans.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW, type Row } from "../values.ts";
import { addLetters, freeze } from "./freezing.ts";
import { workOff } from "./working-off.ts";

type PlanOperations = Pick<
  Operations,
  "beginPlan" | "addToPlan" | "freezePlan" | "workOffPlan" | "dropPlan" | "plan" | "plans"
>;

export function planOperations({ transact }: Context): PlanOperations {
  return {
    beginPlan: (request) => transact("work", (transaction) => begin(transaction, request)),

    addToPlan: (id, letters) =>
      transact("work", async (transaction) => {
        const row = await locked(transaction, id);
        if (row === undefined) return null;
        if (placeOfPlan(row) !== null && planOf(row).filter.ids !== undefined)
          await addLetters(transaction, row, letters);
        return found(transaction, id);
      }),

    freezePlan: (id) =>
      transact("work", async (transaction) => {
        const row = await locked(transaction, id);
        if (row === undefined) return null;
        const place = placeOfPlan(row);
        if (place !== null) await freeze(transaction, row, place);
        return found(transaction, id);
      }),

    workOffPlan: (id, act) => transact("work", (transaction) => workOffNext(transaction, id, act)),

    dropPlan: (id) =>
      transact("work", async ({ run }) => {
        await run(`UPDATE plans SET ends_at = ${NOW} WHERE id = $1 AND begun_at IS NULL`, id);
      }),

    plan: (id) => transact("work", (transaction) => found(transaction, id)),

    plans: () =>
      transact("work", async ({ rows }) =>
        (await rows(`SELECT * FROM plans WHERE ends_at > ${NOW} ORDER BY at DESC, id DESC LIMIT 100`)).map(planOf),
      ),
  };
}

const OPEN = `SELECT * FROM plans WHERE id = $1 AND ends_at > ${NOW}`;

async function found({ one }: Transaction, id: string): Promise<Plan | null> {
  const row = await one(OPEN, id);
  return row === undefined ? null : planOf(row);
}

function locked({ one }: Transaction, id: string): Promise<Row | undefined> {
  return one(`${OPEN} FOR UPDATE`, id);
}

/** Writes a plan down, unless it is there already. */
async function begin(transaction: Transaction, request: PlanRequest): Promise<Plan> {
  const connectors = await transaction.rows(
    "SELECT id FROM connectors WHERE $1::text IS NULL OR name = $1 ORDER BY id",
    request.filter.connector ?? null,
  );
  const ids = connectors.map((row) => Number(row.id));
  const plan = newPlan(request, ids, await transaction.now());
  const { id, repair, filter, actor, front, proven, at, endsAt, place } = plan;
  await transaction.run(
    `INSERT INTO plans (id, repair, filter, actor, front, proven, at, ends_at, place, upto)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0))
     ON CONFLICT (id) DO NOTHING`,
    ...[id, repair, filter, actor, front, proven, at, endsAt, place],
  );
  await dropIdle(transaction, at);
  const begun = await found(transaction, id);
  if (begun === null) throw new Error(`the plan ${id} is over`);
  return begun;
}

/** Those that nobody has begun to work off end where they are too many. */
async function dropIdle({ rows, run }: Transaction, at: number): Promise<void> {
  const idle = await rows("SELECT * FROM plans WHERE begun_at IS NULL AND ends_at > $1 ORDER BY at DESC, id DESC", at);
  const over = idleTooMany(idle.map(planOf));
  if (over.length === 0) return;
  await run("UPDATE plans SET ends_at = $1 WHERE id = ANY($2::text[]) AND begun_at IS NULL", at, over);
}

async function workOffNext(transaction: Transaction, id: string, act: Act) {
  const row = await locked(transaction, id);
  if (row === undefined) return null;
  const plan = planOf(row);
  if (!goesOn(plan)) return { plan, left: [] };
  const { changed, left } = await workOff(transaction, plan);
  await noteAct(transaction, act, changed);
  return { plan: (await found(transaction, id)) ?? plan, left };
}

/** Removes plans that are over, at most so many rows. Returns how many went. */
export async function prunePlans({ one, run, now }: Transaction, rows: number): Promise<number> {
  const over = await one("SELECT id FROM plans WHERE ends_at <= $1 ORDER BY ends_at LIMIT 1", await now());
  if (over === undefined) return 0;
  const id = String(over.id);
  const items = "SELECT item FROM plan_items WHERE plan = $1 LIMIT $2";
  const gone = await run(`DELETE FROM plan_items WHERE plan = $1 AND item = ANY(ARRAY(${items}))`, id, rows);
  return gone > 0 ? gone : run("DELETE FROM plans WHERE id = $1", id);
}
