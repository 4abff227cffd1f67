/** Repairs of many, frozen and worked off page by page. Whoever works on a plan locks it: others wait for the page. */
import type { DeliveryState } from "../contract/deliveries.ts";
import type { Plan, PlanFilter } from "../contract/plans.ts";
import {
  counted,
  type FreezingPlace,
  idleTooMany,
  isMeant,
  type Letter,
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
import type { Context, Operations, Transaction } from "./context.ts";
import { CHANGES, letOthersGo } from "./repairing.ts";
import { NOW, type Row, STILL_DEAD } from "./values.ts";

type PlanOperations = Pick<Operations, "beginPlan" | "freezePlan" | "workOffPlan" | "dropPlan" | "plan" | "plans">;

const LETTER = "d.event, d.generation, d.class, c.id AS connector, c.name, c.origin, e.id AS e_id, e.received_at";

/** All that a connector has given up, person by person: so goes the index. */
const DEAD = `
  SELECT ${LETTER}, d.person, d.turn FROM deliveries d JOIN events e ON e.seq = d.event JOIN connectors c ON c.id = d.connector
  WHERE d.connector = $1 AND d.state = 'dead' AND (d.person, d.turn) >= ($2::bigint, $3::bigint)
    AND ((d.person, d.turn) > ($2::bigint, $3::bigint) OR d.event > $4::bigint)
  ORDER BY d.person, d.turn, d.event LIMIT ${PLAN_PAGE}`;

/** All events of a user, with what the connector has given up of them. */
const OF_USER = `
  SELECT ${LETTER}, e.app, e.event_time, e.seq FROM events e JOIN connectors c ON c.id = $1
    LEFT JOIN deliveries d ON d.connector = $1 AND d.event = e.seq AND d.${STILL_DEAD}
  WHERE e.user_id = $2 AND (e.app, e.event_time) >= ($3, $4::bigint)
    AND ((e.app, e.event_time) > ($3, $4::bigint) OR e.seq > $5::bigint)
  ORDER BY e.app, e.event_time, e.seq LIMIT ${PLAN_PAGE}`;

const LEAST = "-9223372036854775808";

export function planOperations({ transact }: Context): PlanOperations {
  return {
    beginPlan: (request) =>
      transact("work", async (transaction) => {
        const { connector } = request.filter;
        const connectors = await transaction.rows(
          "SELECT id FROM connectors WHERE $1::text IS NULL OR name = $1 ORDER BY id",
          connector ?? null,
        );
        const ids = connectors.map(({ id }) => Number(id));
        const { id, repair, filter, actor, front, proven, at, endsAt, place } = newPlan(
          request,
          ids,
          await transaction.now(),
        );
        await transaction.run(
          `INSERT INTO plans (id, repair, filter, actor, front, proven, at, ends_at, place, upto)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0))
           ON CONFLICT (id) DO NOTHING`,
          ...[id, repair, filter, actor, front, proven, at, endsAt, place],
        );
        await dropIdle(transaction, at);
        const plan = await found(transaction, id);
        if (plan === null) throw new Error(`the plan ${id} is over`);
        return plan;
      }),

    freezePlan: (id) =>
      transact("work", async (transaction) => {
        const row = await locked(transaction, id);
        if (row === undefined) return null;
        const place = placeOfPlan(row);
        if (place !== null) await freeze(transaction, row, place);
        return found(transaction, id);
      }),

    workOffPlan: (id, act) =>
      transact("work", async (transaction) => {
        const row = await locked(transaction, id);
        if (row === undefined) return null;
        const plan = planOf(row);
        if (!plan.frozen || plan.done >= plan.deliveries) return { plan, left: [] };
        const { changed, left } = await step(transaction, plan);
        await noteAct(transaction, act, changed);
        return { plan: (await found(transaction, id)) ?? plan, left };
      }),

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

async function dropIdle({ rows, run }: Transaction, at: number): Promise<void> {
  const idle = await rows("SELECT * FROM plans WHERE begun_at IS NULL AND ends_at > $1 ORDER BY at DESC, id DESC", at);
  const over = idleTooMany(idle.map(planOf));
  if (over.length === 0) return;
  await run("UPDATE plans SET ends_at = $1 WHERE id = ANY($2::text[]) AND begun_at IS NULL", at, over);
}

/** What is looked at next: each row's key, and the letter that it is, if it is one. */
async function page({ rows }: Transaction, { connectors, after }: FreezingPlace, { user }: PlanFilter) {
  const [connector = 0] = connectors;
  const found =
    user === undefined
      ? await rows(DEAD, connector, ...(after ?? [LEAST, LEAST, LEAST]))
      : await rows(OF_USER, connector, user, ...(after ?? ["", LEAST, LEAST]));
  const names = user === undefined ? ["person", "turn", "event"] : ["app", "event_time", "seq"];
  return {
    // as text: a person's number does not fit into one of JavaScript's
    keys: found.map((row) => names.map((name) => String(row[name]))),
    letters: found.flatMap((row) => (row.event === null ? [] : [letterOf(row)])),
  };
}

async function freeze(transaction: Transaction, row: Row, place: FreezingPlace): Promise<void> {
  const { id, filter, meant, deliveries } = planOf(row);
  const { keys, letters } = await page(transaction, place, filter);
  const added = letters.filter((letter) => isMeant(filter, Number(row.upto), letter));
  const column = <T>(of: (letter: Letter) => T): T[] => added.map(of);
  await transaction.run(
    `INSERT INTO plan_items SELECT $1, $2::bigint + n.nth - 1, n.id, n.connector, n.event, 'dead', n.generation
     FROM unnest($3::text[], $4::int[], $5::bigint[], $6::int[]) WITH ORDINALITY AS n (id, connector, event, generation, nth)`,
    ...[id, deliveries, column((letter) => letter.id), column((letter) => letter.connector)],
    ...[column((letter) => letter.event), column((letter) => letter.generation)],
  );
  await transaction.run(
    "UPDATE plans SET place = $2, deliveries = deliveries + $3, meant = $4 WHERE id = $1",
    ...[id, placeBehind(place, keys), added.length, JSON.stringify(counted(meant, added))],
  );
}

/** Works off the next page. Returns what was left alone of it. */
async function step(transaction: Transaction, { id, repair, done, left }: Plan) {
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

function frozenOf({ state, generation }: Row) {
  return { state: String(state), generation: Number(generation) };
}

function foundOf({ now_state: state, now_generation: generation }: Row) {
  return state === null ? null : { state: state as DeliveryState, generation: Number(generation) };
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
