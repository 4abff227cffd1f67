/** Repairs of many, frozen and worked off page by page. */
import type { SQLInputValue } from "node:sqlite";
import type { DeliveryState } from "../contract/deliveries.ts";
import type { Plan, PlanFilter } from "../contract/plans.ts";
import {
  counted,
  type Found,
  type FreezingPlace,
  idleTooMany,
  isMeant,
  letterOf,
  newPlan,
  PLAN_PAGE,
  placeBehind,
  placeOfPlan,
  planOf,
  whyLeft,
  withLeft,
} from "../rules/plans.ts";
import { noteAct } from "./audit.ts";
import type { AllClaims } from "./claims.ts";
import type { Context, Operations, Row } from "./context.ts";
import { connectorsOf } from "./filters.ts";
import { openChanges } from "./repairing.ts";

type PlanOperations = Pick<Operations, "beginPlan" | "freezePlan" | "workOffPlan" | "dropPlan" | "plan" | "plans">;

const LETTER = "d.event, d.generation, d.class, c.id AS connector, c.name, c.origin, e.id AS e_id, e.received_at";

/** All that a connector has given up, in the order of events. */
const DEAD = `SELECT ${LETTER}, d.event AS key FROM deliveries d INDEXED BY deliveries_dead
  CROSS JOIN events e ON e.seq = d.event CROSS JOIN connectors c ON c.id = d.connector
  WHERE d.connector = ?1 AND d.state = 'dead' AND d.event > ?2 ORDER BY d.event LIMIT ${PLAN_PAGE}`;

/** All events of a user, with what the connector has given up of them. */
const OF_USER = `SELECT ${LETTER}, e.app, e.event_time, e.seq FROM events e CROSS JOIN connectors c ON c.id = ?1
  LEFT JOIN deliveries d ON d.connector = ?1 + 0 AND d.event = e.seq AND d.state = 'dead'
  WHERE e.user = ?2 AND (e.app, e.event_time, e.seq) > (?3, ?4, ?5)
  ORDER BY e.app, e.event_time, e.seq LIMIT ${PLAN_PAGE}`;

export function planOperations(context: Context, claims: AllClaims): PlanOperations {
  const { all, one, run, now } = context;

  const rowOf = (id: string): Row | undefined => one("SELECT * FROM plans WHERE id = ? AND ends_at > ?", id, now());
  const found = (id: string): Plan | null => {
    const row = rowOf(id);
    return row === undefined ? null : planOf(row);
  };

  /** What is looked at next: each row's key, and the letter that it is, if it is one. */
  function page({ connectors: [connector = 0], after }: FreezingPlace, { user }: PlanFilter) {
    const rows =
      user === undefined
        ? all(DEAD, connector, after?.[0] ?? 0)
        : all(OF_USER, connector, user, ...(after ?? ["", Number.MIN_SAFE_INTEGER, 0]));
    const keyOf = ({ key, app, event_time, seq }: Row) =>
      user === undefined ? [Number(key)] : [String(app), Number(event_time), Number(seq)];
    return { keys: rows.map(keyOf), letters: rows.flatMap((row) => (row.event === null ? [] : [letterOf(row)])) };
  }

  function freeze(id: string, row: Row, place: FreezingPlace): void {
    const { filter, meant, deliveries } = planOf(row);
    const { keys, letters } = page(place, filter);
    const added = letters.filter((letter) => isMeant(filter, Number(row.upto), letter));
    for (const [index, { id: delivery, connector, event, generation }] of added.entries()) {
      run(
        "INSERT INTO plan_items VALUES (?, ?, ?, ?, ?, 'dead', ?)",
        ...[id, deliveries + index, delivery, connector, event, generation],
      );
    }
    run(
      "UPDATE plans SET place = ?, deliveries = deliveries + ?, meant = ? WHERE id = ?",
      ...[placeBehind(place, keys), added.length, JSON.stringify(counted(meant, added)), id],
    );
  }

  /** Works off the next page. Returns what was left alone of it. */
  function step(id: string, { repair, done, left }: Plan) {
    const items = all(
      "SELECT * FROM plan_items WHERE plan = ? AND item >= ? ORDER BY item LIMIT ?",
      ...[id, done, PLAN_PAGE],
    );
    const changes = openChanges(context);
    const alone = items.flatMap((item) => {
      const row = deliveryOf(item);
      const why = whyLeft({ state: String(item.state), generation: Number(item.generation) }, foundOf(row));
      if (why === undefined && row !== undefined) changes[repair](row);
      return why === undefined ? [] : [{ id: String(item.id), why }];
    });
    changes.count();
    const changed = items.length - alone.length;
    run(
      `UPDATE plans SET begun_at = coalesce(begun_at, ?), done = done + ?, changed = changed + ?, left_alone = ? WHERE id = ?`,
      ...[now(), items.length, changed, JSON.stringify(withLeft(left, alone)), id],
    );
    if (repair === "replay" && changed > 0) claims.forgetClear();
    return { changed, left: alone };
  }

  function deliveryOf({ connector, event }: Row): Row | undefined {
    return one(
      `SELECT d.*, e.app AS e_app, e.user AS e_user FROM deliveries d JOIN events e ON e.seq = d.event
       WHERE d.connector = ? AND d.event = ?`,
      ...[Number(connector), Number(event)],
    );
  }

  return {
    beginPlan(request) {
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
      const plan = found(id);
      if (plan === null) throw new Error(`the plan ${id} is over`);
      return plan;
    },

    freezePlan(id) {
      const row = rowOf(id);
      if (row === undefined) return null;
      const place = placeOfPlan(row);
      if (place !== null) freeze(id, row, place);
      return found(id);
    },

    workOffPlan(id, act) {
      const plan = found(id);
      if (plan === null) return null;
      if (!plan.frozen || plan.done >= plan.deliveries) return { plan, left: [] };
      const { changed, left } = step(id, plan);
      noteAct(context, act, changed);
      return { plan: found(id) ?? plan, left };
    },

    dropPlan(id) {
      run("UPDATE plans SET ends_at = ? WHERE id = ? AND begun_at IS NULL", now(), id);
    },

    plan: found,

    plans: () => all("SELECT * FROM plans WHERE ends_at > ? ORDER BY at DESC, id DESC LIMIT 100", now()).map(planOf),
  };
}

function foundOf(row: Row | undefined): Found {
  return row === undefined ? null : { state: row.state as DeliveryState, generation: Number(row.generation) };
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
