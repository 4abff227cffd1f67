/** All that waits for a connector is due at once, in steps: whoever holds the connector does so for a page. */
import { RETRY_PAGE, type RetryPlace, retryBehind, retryPlace } from "../rules/retrying.ts";
import { noteAct } from "./audit.ts";
import { lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { type Row, STILL_WAITS } from "./values.ts";

const COLUMNS = "SELECT event, due_at, last_attempt_at, parked, person, turn FROM deliveries";
const IN_LANE = `${COLUMNS} WHERE connector = $1 AND state = 'waiting' AND NOT parked AND lane = $2
  AND (due_at, event) > ($3::bigint, $4::bigint) ORDER BY due_at, event LIMIT $5`;
/** Those that stand behind another have no index of their own: with them all that waits is looked at. */
const BY_PERSON = `${COLUMNS} WHERE connector = $1 AND state = 'waiting'
  AND (person, turn, event) > ($2::bigint, $3::bigint, $4::bigint) ORDER BY person, turn, event LIMIT $5`;

const LEAST = "-9223372036854775808";
const MOST = "9223372036854775807";

export function retryingOperations({ transact }: Context): Pick<Operations, "retryNow"> {
  return {
    retryNow: (name, act, from) =>
      transact("work", async (transaction) => {
        const { one, run } = transaction;
        if ((await one("SELECT 1 FROM connectors WHERE name = $1", name)) === undefined)
          return { waiting: 0, next: null };
        const { id } = await lockConnector(transaction, name, "UPDATE");
        const place = retryPlace(from, await transaction.now());
        if (from === undefined) {
          await run("UPDATE connectors SET probe_at = $2 WHERE id = $1 AND probe_at IS NOT NULL", id, place.at);
          await noteAct(transaction, act, 1);
        }
        const { next, waiting } = await step(transaction, id, place);
        return { waiting, next: next === null ? null : JSON.stringify(next) };
      }),
  };
}

/** All that waits is looked at in the end, person by person: so it is counted. */
async function step(transaction: Transaction, id: number, place: RetryPlace) {
  let next: RetryPlace | null = place;
  let waiting = 0;
  for (let left = RETRY_PAGE; next !== null && left > 0; ) {
    const { keys, late } = await page(transaction, id, next, left);
    await transaction.run(
      `UPDATE deliveries d SET due_at = $2 FROM unnest($3::bigint[]) AS n (event)
       WHERE d.connector = $1 AND d.event = n.event AND d.${STILL_WAITS}`,
      ...[id, place.at, late.map(({ event }) => String(event))],
    );
    if (next.queue === "parked") waiting += keys.length;
    next = retryBehind(next, keys, left);
    left -= keys.length;
  }
  return { next, waiting };
}

/** Each row's key, and what is due later than it may be. */
async function page({ rows }: Transaction, id: number, { queue, after, at }: RetryPlace, limit: number) {
  const found =
    queue === "parked"
      ? await rows(BY_PERSON, id, ...(after ?? [LEAST, LEAST, LEAST]), limit)
      : await rows(IN_LANE, id, queue, ...(after ?? [at, MOST]), limit);
  const names = queue === "parked" ? ["person", "turn", "event"] : ["due_at", "event"];
  const isLate = (row: Row) => Number(row.due_at) > at && Number(row.last_attempt_at ?? 0) <= at;
  return { keys: found.map((row) => names.map((name) => String(row[name]))), late: found.filter(isLate) };
}
