/** Which due deliveries may go now: first of their person, not overtaken, not in flight. */
import type { LockedConnector } from "./connectors.ts";
import type { Transaction } from "./context.ts";
import { DELIVERY, EVENT } from "./rows.ts";
import { firstOf, letGo, PERSONS_OF } from "./turns.ts";
import type { Row } from "./values.ts";

const FREE = "NOT EXISTS (SELECT 1 FROM claims c WHERE c.connector = d.connector AND c.event = d.event)";

/** A newer event of the same person and official account that makes a state write pointless. */
const OVERTAKEN = `(SELECT n.seq FROM events n WHERE n.user_id = e.user_id AND n.app = e.app AND n.event_time >= e.event_time
    AND n.official_account = e.official_account AND n.turn > e.turn
    AND (n.kind <> e.kind OR (SELECT o.state FROM deliveries o WHERE o.event = n.seq AND o.connector = $1) <> 'skipped')
  LIMIT 1)`;

/** One look-up each by index, whatever the statistics say: a join could read a million events to find a hundred. */
export const CANDIDATES = `
  WITH d AS MATERIALIZED (
    SELECT * FROM deliveries d WHERE d.connector = $1 AND d.state = 'waiting' AND NOT d.parked AND d.lane = $2 AND d.due_at <= $3
      AND ${FREE}
    ORDER BY d.due_at, d.event LIMIT $4 FOR UPDATE SKIP LOCKED)
  SELECT ${DELIVERY}, d.person, ${EVENT},
    ${firstOf("$1", "d.person")} = d.event
      AND (SELECT 1 FROM claims c WHERE c.connector = $1 AND c.person = d.person) IS NULL AS free,
    CASE WHEN $5::boolean THEN ${OVERTAKEN} END IS NOT NULL AS overtaken
  FROM d JOIN events e ON e.seq = d.event ORDER BY d.due_at, d.event`;

interface Wanted {
  readonly token: string;
  readonly leaseMs: number;
  /** Most deliveries. */
  readonly limit: number;
  /** Due up to then, milliseconds since 1970. */
  readonly before: number;
}

/** Claims what may go, lane by lane; settles what is overtaken and parks what must wait for another of its person. */
export async function collect(
  transaction: Transaction,
  { id, row: connector, at }: LockedConnector,
  wanted: Wanted,
): Promise<{ rows: readonly Row[]; superseded: number }> {
  const { limit, before } = wanted;
  const rows: Row[] = [];
  let superseded = 0;
  for (const lane of [0, 1]) {
    // as often as blocked or overtaken ones were in the way: each time fewer are left
    for (let again = true; again && rows.length < limit; ) {
      const window = limit - rows.length;
      const found = await transaction.rows(CANDIDATES, id, lane, before, window, connector.writes === "state");
      const { free, overtaken, blocked } = sort(found);
      rows.push(...free);
      await claim(transaction, id, free, { ...wanted, at });
      superseded += overtaken.length;
      await supersede(transaction, id, at, overtaken);
      await park(transaction, id, blocked);
      again = overtaken.length > 0 || (found.length === window && free.length < window);
    }
  }
  return { rows, superseded };
}

/** Pure. */
function sort(found: readonly Row[]) {
  const overtaken = found.filter((row) => row.overtaken === true);
  // one of theirs leaves in this pass: who is next is seen in the next one
  const leaving = new Set(overtaken.map(({ person }) => person));
  const others = found.filter((row) => row.overtaken !== true);
  const free = others.filter((row) => row.free === true);
  const blocked = others.filter((row) => row.free !== true && !leaving.has(row.person));
  return { overtaken, free, blocked };
}

const eventsOf = (rows: readonly Row[]): string[] => rows.map(({ event }) => String(event));

async function supersede(transaction: Transaction, id: number, at: number, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.run(
    "UPDATE deliveries SET state = 'superseded', settled_at = $3 WHERE connector = $1 AND event = ANY($2::bigint[])",
    ...[id, eventsOf(rows), at],
  );
  await letGo(transaction, id, PERSONS_OF, eventsOf(rows));
}

async function park({ run }: Transaction, id: number, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await run(
    "UPDATE deliveries SET parked = true WHERE connector = $1 AND event = ANY($2::bigint[])",
    ...[id, eventsOf(rows)],
  );
}

async function claim(
  { run }: Transaction,
  id: number,
  rows: readonly Row[],
  { token, leaseMs, at }: Wanted & { at: number },
): Promise<void> {
  if (rows.length === 0) return;
  await run(
    `INSERT INTO claims (connector, event, person, token, lease_until)
     SELECT $1::int, c.event, c.person, $4::text, $5::bigint FROM unnest($2::bigint[], $3::bigint[]) AS c (event, person)`,
    ...[id, eventsOf(rows), rows.map(({ person }) => String(person)), token, at + leaseMs],
  );
}
