/** Which deliveries may go now: first of their person, not overtaken, not in flight. */
import { type EventInSql, orderInSql, overtakesInSql } from "../rules/persons.ts";
import { numberOrNull } from "../rules/rows.ts";
import { turnOf } from "../rules/taking.ts";
import { DELIVERY, EVENT } from "./columns.ts";
import type { LockedConnector } from "./connectors.ts";
import type { Transaction } from "./context.ts";
import { firstOf, letGo, PERSONS_OF, UNCLAIMED } from "./turns.ts";
import type { Row } from "./values.ts";

const eventOf = (alias: string): EventInSql => ({
  ...{ user: `${alias}.user_id`, app: `${alias}.app`, account: `${alias}.official_account`, kind: `${alias}.kind` },
  ...{ eventTime: `${alias}.event_time`, place: `${alias}.turn` },
});
const FATE_OF_N = "(SELECT o.state FROM deliveries o WHERE o.event = n.seq AND o.connector = $1)";
/** Columns of `n` in a shape that no index knows. */
const NEWER: EventInSql = { ...eventOf("n"), user: "(n.user_id || '')", eventTime: "(n.event_time + 0)" };
/**
 * A newer event that makes a write of state pointless. As rows, which only `events_of_person` can be searched by: of an empty store's
 * indexes the planner takes any one for as good, and the plan is kept when the store is full.
 */
const OVERTAKEN = `(SELECT n.seq FROM events n WHERE (n.user_id, n.app, n.event_time) >= (e.user_id, e.app, e.event_time)
    AND (n.user_id, n.app) <= (e.user_id, e.app) AND ${overtakesInSql(NEWER, eventOf("e"), FATE_OF_N)} LIMIT 1)`;

/**
 * One look-up each by index, whatever the statistics say: a join could read a million events to find a hundred. What is found
 * is put in order afterwards: asked to do it, a server that may not sort (context.ts) believes any plan to be ruinous.
 */
const candidates = (condition: string, order: string): string => `
  WITH d AS MATERIALIZED (
    SELECT * FROM deliveries d WHERE d.connector = $1 AND d.state = 'waiting' AND NOT d.parked AND ${condition} AND ${UNCLAIMED}
    ORDER BY ${order} LIMIT $2 FOR UPDATE SKIP LOCKED)
  SELECT ${DELIVERY}, d.person, ${EVENT},
    ${firstOf("$1", "d.person")} = d.event
      AND (SELECT 1 FROM claims c WHERE c.connector = $1 AND c.person = d.person) IS NULL AS free,
    CASE WHEN $3::boolean THEN ${OVERTAKEN} END IS NOT NULL AS overtaken
  FROM d JOIN events e ON e.seq = d.event`;

const DUE = candidates("d.lane = $4 AND d.due_at <= $5", "d.due_at, d.event");
/** Each probe takes another: a poisonous one must not keep the connector from finding out. */
const PROBE = candidates("true", "d.last_attempt_at NULLS FIRST, d.event");
const LANES = [0, 1];

/** What is overtaken and not in flight of these persons; a limit keeps one of them from taking all the time there is. */
const OVERTAKEN_OF = `
  SELECT d.event, d.person FROM unnest($2::bigint[]) AS p (person), LATERAL (
      SELECT w.event, w.person, w.connector FROM deliveries w WHERE w.connector = $1 AND w.person = p.person AND w.state = 'waiting'
      ORDER BY ${orderInSql("w.turn", "w.event")} LIMIT 1000) AS d
    JOIN events e ON e.seq = d.event
  WHERE ${UNCLAIMED} AND ${OVERTAKEN} IS NOT NULL`;

export interface Claimable {
  readonly token: string;
  readonly leaseMs: number;
  /** Most deliveries. */
  readonly limit: number;
  /** Due or not, least recently attempted first. */
  readonly probe: boolean;
  /** When the first of each lane is due that is not put aside; null: there is none. */
  readonly dueAt: readonly (number | null)[];
}

export interface Collected {
  readonly rows: readonly Row[];
  readonly superseded: number;
}

/** Claims what may go; settles what is overtaken and parks what must wait for another of its person. */
export async function collect(
  transaction: Transaction,
  locked: LockedConnector,
  claiming: Claimable,
): Promise<Collected> {
  const rows: Row[] = [];
  let superseded = 0;
  const isDue = (lane: number) => (claiming.dueAt[lane] ?? Number.POSITIVE_INFINITY) <= locked.at;
  for (const [lane, find] of (claiming.probe ? [findProbe] : LANES.map(findDue)).entries()) {
    // what was superseded may have let others go
    if (!claiming.probe && superseded === 0 && !isDue(lane)) continue;
    // as often as blocked or overtaken ones were in the way: each time fewer are left
    for (let again = true; again && rows.length < claiming.limit; ) {
      const window = claiming.limit - rows.length;
      const found = await find(transaction, locked, window);
      const gone = await supersede(transaction, locked, found);
      const turns = Map.groupBy(found, (row) => turnOf(row.overtaken === true, () => row.free !== true));
      const free = turns.get("claim") ?? [];
      // one of theirs leaves in this pass: who is next is seen in the next one
      const blocked = turns.get("park")?.filter(({ person }) => !gone.has(person)) ?? [];
      await claim(transaction, locked, free, claiming);
      await park(transaction, locked, blocked);
      rows.push(...free);
      for (const count of gone.values()) superseded += count;
      again = gone.size > 0 || (found.length === window && free.length < window);
    }
  }
  return { rows, superseded };
}

type Find = (transaction: Transaction, locked: LockedConnector, limit: number) => Promise<readonly Row[]>;

const findDue =
  (lane: number): Find =>
  async ({ rows }, { id, row, at }, limit) =>
    inOrder(await rows(DUE, id, limit, row.writes === "state", lane, at), ({ due_at: at }) => Number(at));

const findProbe: Find = async ({ rows }, { id, row }, limit) =>
  inOrder(await rows(PROBE, id, limit, row.writes === "state"), ({ last_attempt_at: at }) => numberOrNull(at) ?? 0);

/** By time, then by event. */
function inOrder(rows: readonly Row[], timeOf: (row: Row) => number): readonly Row[] {
  return rows.toSorted((a, b) => timeOf(a) - timeOf(b) || Number(a.event) - Number(b.event));
}

const eventsOf = (rows: readonly Row[]): string[] => rows.map(({ event }) => String(event));
const personsOf = (rows: readonly Row[]): string[] => [...new Set(rows.map(({ person }) => String(person)))];

/**
 * Settles as superseded: those found overtaken, and whatever is overtaken of those whom others stand before, due or not.
 * Returns how many by person.
 */
async function supersede(
  transaction: Transaction,
  locked: LockedConnector,
  found: readonly Row[],
): Promise<ReadonlyMap<unknown, number>> {
  const { id, writes, at } = locked;
  const suspects = found.filter((row) => row.overtaken === true || row.free !== true);
  if (writes !== "state" || suspects.length === 0) return new Map();
  const gone = await transaction.rows(OVERTAKEN_OF, id, personsOf(suspects));
  if (gone.length > 0) {
    await transaction.run(
      "UPDATE deliveries SET state = 'superseded', parked = false, settled_at = $3 WHERE connector = $1 AND event = ANY($2::bigint[])",
      ...[id, eventsOf(gone), at],
    );
    await letGo(transaction, locked, PERSONS_OF, eventsOf(gone));
  }
  const byPerson = new Map<unknown, number>();
  for (const { person } of gone) byPerson.set(person, (byPerson.get(person) ?? 0) + 1);
  return byPerson;
}

async function park({ run }: Transaction, { id }: LockedConnector, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await run(
    "UPDATE deliveries SET parked = true WHERE connector = $1 AND event = ANY($2::bigint[])",
    ...[id, eventsOf(rows)],
  );
}

async function claim(
  { run }: Transaction,
  { id, at }: LockedConnector,
  rows: readonly Row[],
  { token, leaseMs }: Claimable,
): Promise<void> {
  if (rows.length === 0) return;
  await run(
    `INSERT INTO claims (connector, event, person, token, lease_until)
     SELECT $1::int, c.event, c.person, $4::text, $5::bigint FROM unnest($2::bigint[], $3::bigint[]) AS c (event, person)`,
    ...[id, eventsOf(rows), rows.map(({ person }) => String(person)), token, at + leaseMs],
  );
}
