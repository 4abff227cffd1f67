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
import type { Transaction } from "../context.ts";
import { type Row, STILL_DEAD } from "../values.ts";

const LETTER =
  "d.event, d.generation, d.class, d.reason, c.id AS connector, c.name, c.origin, e.id AS e_id, e.received_at";

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

/** Freezes the next page of a plan, from `place`. */
export async function freeze(transaction: Transaction, row: Row, place: FreezingPlace): Promise<void> {
  const { id, filter } = planOf(row);
  const { keys, letters } = await page(transaction, place, filter);
  await add(
    transaction,
    row,
    letters.filter((letter) => isInPlan(filter, Number(row.upto), letter)),
  );
  await transaction.run("UPDATE plans SET place = $2 WHERE id = $1", id, placeBehind(place, keys));
}

/** Adds those that somebody has looked up. */
export async function addLetters(transaction: Transaction, row: Row, letters: readonly PlanLetter[]): Promise<void> {
  const connectors = await transaction.rows("SELECT id, name FROM connectors");
  await add(
    transaction,
    row,
    lettersOf(letters, new Map(connectors.map(({ id, name }) => [String(name), Number(id)]))),
  );
}

async function add(transaction: Transaction, row: Row, added: readonly Letter[]): Promise<void> {
  const { id, meant, deliveries } = planOf(row);
  const column = <T>(of: (letter: Letter) => T): T[] => added.map(of);
  await transaction.run(
    `INSERT INTO plan_items SELECT $1, $2::bigint + n.nth - 1, n.id, n.connector, n.event, 'dead', n.generation
     FROM unnest($3::text[], $4::int[], $5::bigint[], $6::int[]) WITH ORDINALITY AS n (id, connector, event, generation, nth)`,
    ...[id, deliveries, column((letter) => letter.id), column((letter) => letter.connector)],
    ...[column((letter) => letter.event), column((letter) => letter.generation)],
  );
  await transaction.run(
    "UPDATE plans SET deliveries = deliveries + $2, meant = $3 WHERE id = $1",
    ...[id, added.length, JSON.stringify(counted(meant, added))],
  );
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
    letters: found.flatMap((row) => (row.event === null ? [] : [plannedLetter(row)])),
  };
}
