/** What a plan means is written down page by page, as it is when the page is looked at. */
import type { PlanFilter, PlanLetter } from "../../contract/plans.ts";
import {
  counted,
  type FreezingPlace,
  isInPlan,
  type Letter,
  lettersOf,
  PLAN_PAGE,
  placeBehind,
  plannedLetter,
  planOf,
} from "../../rules/plans.ts";
import type { Context, Row } from "../context.ts";

const LETTER =
  "d.event, d.generation, d.class, d.reason, c.id AS connector, c.name, c.origin, e.id AS e_id, e.received_at";

/** All that a connector has given up, in the order of events. */
const DEAD = `SELECT ${LETTER}, d.event AS key FROM deliveries d INDEXED BY deliveries_dead
  CROSS JOIN events e ON e.seq = d.event CROSS JOIN connectors c ON c.id = d.connector
  WHERE d.connector = ?1 AND d.state = 'dead' AND d.event > ?2 ORDER BY d.event LIMIT ${PLAN_PAGE}`;

/** All events of a user, with what the connector has given up of them. */
const OF_USER = `SELECT ${LETTER}, e.app, e.event_time, e.seq FROM events e CROSS JOIN connectors c ON c.id = ?1
  LEFT JOIN deliveries d ON d.connector = ?1 + 0 AND d.event = e.seq AND d.state = 'dead'
  WHERE e.user = ?2 AND (e.app, e.event_time, e.seq) > (?3, ?4, ?5)
  ORDER BY e.app, e.event_time, e.seq LIMIT ${PLAN_PAGE}`;

/** Freezes the next page of a plan, from `place`. */
export function freeze(context: Context, row: Row, place: FreezingPlace): void {
  const { id, filter } = planOf(row);
  const { keys, letters } = page(context, place, filter);
  add(
    context,
    row,
    letters.filter((letter) => isInPlan(filter, Number(row.upto), letter)),
  );
  context.run("UPDATE plans SET place = ? WHERE id = ?", placeBehind(place, keys), id);
}

/** Adds those that somebody has looked up. */
export function addLetters(context: Context, row: Row, letters: readonly PlanLetter[]): void {
  const connectors = context
    .all("SELECT id, name FROM connectors")
    .map(({ id, name }) => [String(name), Number(id)] as const);
  add(context, row, lettersOf(letters, new Map(connectors)));
}

function add(context: Context, row: Row, added: readonly Letter[]): void {
  const { id, meant, deliveries } = planOf(row);
  for (const [index, { id: delivery, connector, event, generation }] of added.entries()) {
    context.run(
      "INSERT INTO plan_items VALUES (?, ?, ?, ?, ?, 'dead', ?)",
      ...[id, deliveries + index, delivery, connector, event, generation],
    );
  }
  context.run(
    "UPDATE plans SET deliveries = deliveries + ?, meant = ? WHERE id = ?",
    ...[added.length, JSON.stringify(counted(meant, added)), id],
  );
}

/** What is looked at next: each row's key, and the letter that it is, if it is one. */
function page({ all }: Context, { connectors: [connector = 0], after }: FreezingPlace, { user }: PlanFilter) {
  const rows =
    user === undefined
      ? all(DEAD, connector, after?.[0] ?? 0)
      : all(OF_USER, connector, user, ...(after ?? ["", Number.MIN_SAFE_INTEGER, 0]));
  const keyOf = ({ key, app, event_time, seq }: Row) =>
    user === undefined ? [Number(key)] : [String(app), Number(event_time), Number(seq)];
  return { keys: rows.map(keyOf), letters: rows.flatMap((row) => (row.event === null ? [] : [plannedLetter(row)])) };
}
