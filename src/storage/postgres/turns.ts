/**
 * Whose turn it is. A delivery that another of its person stands before is parked: it leaves the index of what is due, so that
 * one person's backlog is in nobody's way. What must hold, and is restored by whoever may have changed it: the first waiting
 * delivery of a person who is not in flight is not parked.
 */
import type { Transaction } from "./context.ts";
import { STILL_WAITS, type Value } from "./values.ts";

/** The first waiting delivery of a person; the person and the connector are SQL. */
export const firstOf = (connector: string, person: string): string =>
  `(SELECT f.event FROM deliveries f WHERE f.connector = ${connector} AND f.person = ${person} AND f.state = 'waiting'
    ORDER BY f.turn, f.event LIMIT 1)`;

/**
 * Lets the first of these persons go.
 * @param persons SQL that gives persons, with parameters from `$2` on
 */
export async function letGo(
  { run }: Transaction,
  connector: number,
  persons: string,
  ...values: Value[]
): Promise<void> {
  await run(
    `UPDATE deliveries SET parked = false WHERE connector = $1 AND parked AND ${STILL_WAITS}
       AND event = ANY(ARRAY(SELECT ${firstOf("$1", "p.person")} FROM (${persons}) AS p (person)))`,
    ...[connector, ...values],
  );
}

/** Persons of these deliveries, as SQL. */
export const PERSONS_OF =
  "SELECT DISTINCT d.person FROM deliveries d WHERE d.connector = $1 AND d.event = ANY($2::bigint[])";

/** Claims whose lease has run out are nobody's: their holders are frozen, dead, or cut off. */
export async function endExpired(transaction: Transaction, connector: number, at: number): Promise<void> {
  const ended = await transaction.rows(
    "DELETE FROM claims WHERE connector = $1 AND lease_until <= $2 RETURNING person",
    ...[connector, at],
  );
  if (ended.length === 0) return;
  await letGo(
    transaction,
    connector,
    "SELECT unnest($2::bigint[])",
    ended.map(({ person }) => String(person)),
  );
}
