/** How much of what there is: counted in indexes, and no further than a bound. */
import type { ConnectorStanding, ConnectorStatus, StoreStanding, StoreStatus } from "../contract/ledger.ts";
import {
  behindIn,
  COUNTED,
  type Counted,
  countedOf,
  DEAD_SUMS,
  type DeadCounts,
  deadCounts,
  inexact,
  LAST_DAY_MS,
  LAST_HOUR_MS,
  SETTLED_COUNTED,
  sumOf,
  unfinished,
} from "../rules/counts.ts";
import { estimateOf, placesIn, WIDTH } from "../rules/estimating.ts";
import { ENTRY_BYTES } from "../rules/quarantine-bounds.ts";
import { connectorOf, numberOrNull } from "../rules/rows.ts";
import { clocksOff } from "./clocks.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { storeFaults } from "./durability.ts";
import { hasIndex } from "./indexes.ts";
import { isThere } from "./is-there.ts";
import type { Row } from "./values.ts";

/** Counts what a statement finds, but no further than `COUNTED`. */
const bounded = (rows: string): string => `(SELECT count(*) FROM (${rows} LIMIT ${COUNTED + 1}) AS n)`;

const OF_CONNECTORS = `
  SELECT c.*,
    ${bounded("SELECT 1 FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting'")} AS routed,
    behind.events AS behind, behind.meant AS unrouted, behind.oldest AS oldest_unrouted
  FROM connectors c CROSS JOIN LATERAL (
    SELECT count(*) AS events, count(*) FILTER (WHERE e.received_at >= c.starts_at) AS meant,
      -- events are numbered as they arrive: the lowest number is the oldest
      (array_agg(e.received_at ORDER BY e.seq) FILTER (WHERE e.received_at >= c.starts_at))[1] AS oldest
    FROM (SELECT seq, received_at FROM events WHERE seq > c.cursor ORDER BY seq LIMIT ${COUNTED + 1}) e) behind`;

const DEAD = `
  SELECT c.id, n.* FROM connectors c CROSS JOIN LATERAL (
    SELECT ${DEAD_SUMS} FROM (
      SELECT d.class FROM deliveries d WHERE d.connector = c.id AND d.state = 'dead' LIMIT ${COUNTED + 1}) x) n`;

const OLDEST_ROUTED = `
  SELECT c.id, (SELECT e.received_at FROM events e WHERE e.seq = (
    SELECT d.event FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting' ORDER BY d.event LIMIT 1)) AS at
  FROM connectors c`;

/** Where nothing has what waits in the order of its events: the oldest of those that are counted. */
const OLDEST_COUNTED = `
  SELECT c.id, (SELECT e.received_at FROM events e WHERE e.seq = (SELECT min(n.event) FROM (
    SELECT d.event FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting' LIMIT ${COUNTED + 1}) n)) AS at
  FROM connectors c`;

/** The first and the last of what waits, by the number of its event. */
const SPAN = `
  SELECT (SELECT d.event FROM deliveries d WHERE d.connector = $1 AND d.state = 'waiting' ORDER BY d.event LIMIT 1) AS first,
    (SELECT d.event FROM deliveries d WHERE d.connector = $1 AND d.state = 'waiting' ORDER BY d.event DESC LIMIT 1) AS last`;

const AT_PLACES = `
  SELECT sum((SELECT count(*) FROM (SELECT 1 FROM deliveries d WHERE d.connector = $1 AND d.state = 'waiting'
    AND d.event >= p.at AND d.event < p.at + ${WIDTH} LIMIT ${WIDTH}) n)) AS found
  FROM unnest($2::bigint[]) AS p (at)`;

/** The latest first, of all connectors. */
const SETTLED = `
  SELECT (SELECT name FROM connectors c WHERE c.id = n.connector) AS name, state, count(*) AS day,
    count(*) FILTER (WHERE settled_at >= $1::bigint - ${LAST_HOUR_MS}) AS hour, min(settled_at) AS oldest
  FROM (SELECT connector, state, settled_at FROM deliveries WHERE settled_at >= $1::bigint - ${LAST_DAY_MS}
    AND state <> 'waiting' ORDER BY settled_at DESC LIMIT ${SETTLED_COUNTED}) n
  GROUP BY n.connector, state`;

export function countingOperations({ transact }: Context): Pick<Operations, "status"> {
  return { status: () => transact("asking", statusIn) };
}

export async function statusIn(transaction: Transaction): Promise<StoreStatus> {
  const settled = await settledIn(transaction);
  const standing = await standingIn(transaction);
  const faults = await storeFaults(transaction);
  return {
    ...standing,
    connectors: standing.connectors.map((row) => withSettled(row, settled)),
    ...(faults.length > 0 && { faults }),
  };
}

export async function standingIn(transaction: Transaction): Promise<StoreStanding> {
  const counters = await transaction.rows("SELECT name, value FROM counters ORDER BY name");
  const unread = countedOf(await count(transaction, "SELECT 1 FROM unread"));
  const { bytes, ...kept } = await quarantined(transaction);
  return {
    connectors: await connectors(transaction),
    unread: unread.count,
    quarantined: { entries: kept.count, bytes },
    bytes: await bytesIn(transaction),
    clocksOff: await clocksOff(transaction),
    counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
    ...unfinished({ unread: unread.ended, quarantined: kept.ended }),
  };
}

/** Tables with their indexes, and what is too large for their rows. */
async function bytesIn({ one }: Transaction): Promise<number> {
  const sizes = "SELECT pg_total_relation_size(oid) AS size FROM pg_class";
  const tables = `${sizes} WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`;
  return Number((await one(`SELECT coalesce(sum(size), 0) AS bytes FROM (${tables}) n`))?.bytes ?? 0);
}

async function count({ one }: Transaction, rows: string): Promise<number> {
  return Number((await one(`SELECT ${bounded(rows)} AS n`))?.n ?? 0);
}

async function quarantined(transaction: Transaction): Promise<Counted & { readonly bytes: number }> {
  const { one } = transaction;
  if (await isThere(transaction, "quarantine_sums")) {
    const sums = await one("SELECT entries, bytes FROM quarantine_sums WHERE standing = 'all'");
    const entries = Number(sums?.entries ?? 0);
    return { count: entries, bytes: Number(sums?.bytes ?? 0) - entries * ENTRY_BYTES, ended: true };
  }
  // 0.1.0 has made the store, and nothing of this release has opened it yet
  const sizes = `SELECT octet_length(body) AS size FROM quarantine ORDER BY seq LIMIT ${COUNTED + 1}`;
  const found = await one(`SELECT count(*) AS entries, coalesce(sum(size), 0) AS bytes FROM (${sizes}) n`);
  return { ...countedOf(Number(found?.entries ?? 0)), bytes: Number(found?.bytes ?? 0) };
}

/** Settled lately: how much, and whether all of it was counted, for an hour and for a day. */
interface Settled {
  readonly of: (connector: string, state: string) => Row | undefined;
  readonly ended: { readonly hour: boolean; readonly day: boolean };
}

async function settledIn({ rows, now }: Transaction): Promise<Settled> {
  const at = await now();
  const found = await rows(SETTLED, at);
  const isAll = found.reduce((sum, { day }) => sum + Number(day), 0) < SETTLED_COUNTED;
  const oldest = Math.min(...found.map((row) => Number(row.oldest)));
  return {
    of: (connector, state) => found.find((row) => row.name === connector && row.state === state),
    ended: { hour: isAll || oldest < at - LAST_HOUR_MS, day: isAll },
  };
}

async function connectors(transaction: Transaction): Promise<readonly ConnectorStanding[]> {
  const isInOrder = await hasIndex(transaction, "deliveries_waiting");
  const oldest = await transaction.rows(isInOrder ? OLDEST_ROUTED : OLDEST_COUNTED);
  const oldestOf = new Map(oldest.map(({ id, at }) => [id, numberOrNull(at)]));
  const dead = new Map((await transaction.rows(DEAD)).map((row) => [row.id, row]));
  const found = (await transaction.rows(OF_CONNECTORS)).toSorted((a, b) => Number(a.id) - Number(b.id));
  const newest = Number((await transaction.one("SELECT seq FROM events ORDER BY seq DESC LIMIT 1"))?.seq ?? 0);
  const standings: ConnectorStanding[] = [];
  for (const row of found) {
    const counted = countedOf(Number(row.routed));
    const routed = counted.ended || !isInOrder ? counted : await estimated(transaction, Number(row.id));
    const waiting = sumOf(routed, unrouted(row, newest));
    standings.push(standingOf(row, waiting, oldestOf.get(row.id) ?? null, deadCounts(dead.get(row.id))));
  }
  return standings;
}

/** How many wait that are more than anybody counts. */
async function estimated({ one }: Transaction, connector: number): Promise<Counted> {
  const ends = await one(SPAN, connector);
  const span = { first: Number(ends?.first), last: Number(ends?.last) };
  const found = await one(AT_PLACES, connector, placesIn(span));
  // there were so many when they were counted a moment ago
  return { count: Math.max(COUNTED, estimateOf(span, Number(found?.found))), ended: true, about: true };
}

function unrouted({ behind, unrouted: counted, cursor }: Row, newest: number): Counted {
  return behindIn(newest - Number(cursor), Number(counted), { found: Number(behind) });
}

function standingOf(row: Row, waiting: Counted, oldestRouted: number | null, dead: DeadCounts): ConnectorStanding {
  const times = [oldestRouted, numberOrNull(row.oldest_unrouted)].filter((at) => at !== null);
  return {
    ...connectorOf(row),
    waiting: waiting.count,
    oldestWaitingAt: times.length === 0 ? null : Math.min(...times),
    dead: dead.count,
    deadOf: dead.of,
    ...inexact({ waiting, dead }),
  };
}

function withSettled({ atLeast = [], ...row }: ConnectorStanding, { of, ended }: Settled): ConnectorStatus {
  const [delivered, died] = [of(row.name, "delivered"), of(row.name, "dead")];
  const { hour, day } = ended;
  const more = unfinished({ deliveredLastHour: hour, deliveredLastDay: day, deadLastHour: hour, deadLastDay: day });
  const all = [...atLeast, ...(more.atLeast ?? [])];
  return {
    ...row,
    deliveredLastHour: Number(delivered?.hour ?? 0),
    deliveredLastDay: Number(delivered?.day ?? 0),
    deadLastHour: Number(died?.hour ?? 0),
    deadLastDay: Number(died?.day ?? 0),
    ...(all.length > 0 && { atLeast: all }),
  };
}
