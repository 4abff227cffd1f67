/**
 * Whose turn it is. A delivery that another of its person stands before is parked: it leaves the index of what is due, so that
 * one person's backlog is in nobody's way. What must hold, and is restored by whoever may have changed it: the first waiting
 * delivery of a person who is not in flight is not parked.
 */
import type { Holder } from "../contract/deliveries.ts";
import { orderInSql } from "../rules/persons.ts";
import type { Transaction } from "./context.ts";
import { STILL_WAITS, type Value } from "./values.ts";

const waitingOf = (connector: string, person: string, direction: "" | "DESC"): string =>
  `(SELECT f.event FROM deliveries f WHERE f.connector = ${connector} AND f.person = ${person} AND f.state = 'waiting'
    ORDER BY ${orderInSql("f.turn", "f.event", direction)} LIMIT 1)`;

/** The first waiting delivery of a person; the person and the connector are SQL. */
export const firstOf = (connector: string, person: string): string => waitingOf(connector, person, "");

/**
 * Whether nobody holds delivery `d`. Asked by the order of one index: of a table that is often empty the planner takes any index for as
 * good, or all of it for as good as a look, and keeps to that when there are many claims.
 */
export const UNCLAIMED = `(SELECT c.event FROM claims c WHERE c.connector = d.connector AND c.event >= d.event
  ORDER BY c.event LIMIT 1) IS DISTINCT FROM d.event`;

/** Whose deliveries: a connector, by its number and by what its writes are. */
export interface Queue {
  readonly id: number;
  readonly writes: unknown;
}

/**
 * Lets the first of these persons go. Where a newer wish overtakes older ones, the last of theirs as well: it must not wait
 * for the retry of one that it makes pointless. The next take sees to it, and parks it again if it has to.
 * @param persons SQL that gives persons, with parameters from `$2` on
 */
export async function letGo({ run }: Transaction, queue: Queue, persons: string, ...values: Value[]): Promise<void> {
  const ends = queue.writes === "state" ? (["", "DESC"] as const) : ([""] as const);
  const events = ends.map((end) => `ARRAY(SELECT ${waitingOf("$1", "p.person", end)} FROM (${persons}) AS p (person))`);
  await run(
    `UPDATE deliveries SET parked = false WHERE connector = $1 AND parked AND ${STILL_WAITS}
       AND event = ANY(${events.join(" || ")})`,
    ...[queue.id, ...values],
  );
}

/**
 * By arrays: of a table that was empty when it was planned a join would take all that there is. And by its events alone, which is one
 * plan on each version.
 */
const LET_PERSONS_GO = (ends: readonly ("" | "DESC")[]): string => `
  UPDATE deliveries SET parked = false
  WHERE connector + 0 = ANY($1::int[]) AND parked AND ${STILL_WAITS} AND event = ANY(${ends
    .map(
      (end) =>
        `ARRAY(SELECT ${waitingOf("p.connector", "p.person", end)} FROM unnest($1::int[], $2::bigint[]) AS p (connector, person))`,
    )
    .join(" || ")})`;
const LET_GO_OF_STATE = LET_PERSONS_GO(["", "DESC"]);
const LET_GO_OF_FACT = LET_PERSONS_GO([""]);

/** The same for persons of several queues. */
export async function letPersonsGo(
  { run }: Transaction,
  persons: readonly (Queue & { readonly person: string })[],
): Promise<void> {
  const ofState = persons.filter(({ writes }) => writes === "state");
  const ofFact = persons.filter(({ writes }) => writes !== "state");
  await Promise.all(
    [
      { sql: LET_GO_OF_STATE, some: ofState },
      { sql: LET_GO_OF_FACT, some: ofFact },
    ].map(async ({ sql, some }) => {
      if (some.length === 0) return;
      await run(
        sql,
        some.map(({ id }) => id),
        some.map(({ person }) => person),
      );
    }),
  );
}

/** Persons of these deliveries, as SQL. */
export const PERSONS_OF =
  "SELECT DISTINCT d.person FROM deliveries d WHERE d.connector = $1 AND d.event = ANY($2::bigint[])";

/**
 * Claims whose lease has run out are nobody's: their holders are frozen, dead, or cut off. Likewise those that their holder does
 * not know of: the answer was lost, or a crash has undone what ended them. All are SQL: a moment, the holder, and what tokens it knows.
 */
export const UNHELD = (claim: string, at: string, holder: string, tokens: string): string =>
  `(${claim}.lease_until <= ${at}
    OR (left(${claim}.token, length(${holder}::text)) = ${holder}::text AND ${claim}.token <> ALL(${tokens}::text[])))`;

const END_UNHELD = `DELETE FROM claims c WHERE c.connector = $1 AND ${UNHELD("c", "$2", "$3", "$4")} RETURNING c.person`;

/** Ends such claims of a queue, and lets go whose they were. */
export async function endUnheld(transaction: Transaction, queue: Queue, at: number, holder?: Holder): Promise<void> {
  const ended = await transaction.rows(END_UNHELD, queue.id, at, holder?.id ?? null, holder?.tokens ?? []);
  if (ended.length === 0) return;
  const persons = ended.map(({ person }) => String(person));
  await letGo(transaction, queue, "SELECT unnest($2::bigint[])", persons);
}
