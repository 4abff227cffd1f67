/** How much of what there is, by the counts that are kept, and else counted to a bound: it is asked again and again. */
import type { SQLInputValue } from "node:sqlite";
import type { ConnectorStanding, ConnectorStatus, StoreStanding } from "../contract/ledger.ts";
import {
  COUNTED,
  type Counted,
  countedOf,
  DEAD_SUMS,
  deadCounts,
  inexact,
  LAST_DAY_MS,
  LAST_HOUR_MS,
  sumOf,
  unfinished,
  unroutedOf,
} from "../rules/counts.ts";
import { ENTRY_BYTES } from "../rules/quarantine-bounds.ts";
import { connectorOf } from "../rules/rows.ts";
import { clocksOff } from "./clocks.ts";
import type { Operations, Row } from "./context.ts";
import { tallied } from "./counting.ts";
import type { Reading } from "./reading.ts";

export interface StandingOperations extends Pick<Operations, "status"> {
  standing(): StoreStanding;
}

export function statusOperations(reading: Reading): StandingOperations {
  return {
    status: () => ({ ...storeOf(reading), connectors: rowsOf(reading).map((row) => statusOf(reading, row)) }),
    standing: () => ({ ...storeOf(reading), connectors: rowsOf(reading).map((row) => standingOf(reading, row)) }),
  };
}

const rowsOf = ({ all }: Reading): readonly Row[] => all("SELECT * FROM connectors ORDER BY id");

function storeOf(reading: Reading): Omit<StoreStanding, "connectors"> {
  const { all } = reading;
  const counters = all("SELECT name, value FROM counters ORDER BY name");
  const [{ count, ended }, { bytes, ...kept }] = [unread(reading), quarantined(reading)];
  return {
    unread: count,
    quarantined: { entries: kept.count, bytes },
    bytes: number(reading, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    clocksOff: clocksOff({ all }),
    counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
    ...unfinished({ unread: ended, quarantined: kept.ended }),
  };
}

function statusOf(reading: Reading, row: Row): ConnectorStatus {
  const id = Number(row.id);
  return {
    ...standingOf(reading, row),
    deliveredLastHour: tallied(reading, id, "delivered", LAST_HOUR_MS),
    deliveredLastDay: tallied(reading, id, "delivered", LAST_DAY_MS),
    deadLastHour: tallied(reading, id, "dead", LAST_HOUR_MS),
    deadLastDay: tallied(reading, id, "dead", LAST_DAY_MS),
  };
}

function standingOf(reading: Reading, row: Row): ConnectorStanding {
  const [id, cursor, startsAt] = [Number(row.id), Number(row.cursor), Number(row.starts_at)];
  const waiting = sumOf({ count: Number(row.waiting), ended: true }, unrouted(reading, cursor, startsAt));
  const dead = deadCounts(reading.one(DEAD, id));
  return {
    ...connectorOf(row),
    waiting: waiting.count,
    oldestWaitingAt: oldest(reading, id, cursor, startsAt),
    dead: dead.count,
    deadOf: dead.of,
    ...inexact({ waiting, dead }),
  };
}

const DEAD = `
  SELECT ${DEAD_SUMS} FROM (SELECT class FROM deliveries INDEXED BY deliveries_dead WHERE connector = ? AND state = 'dead' LIMIT ${COUNTED + 1})`;

/** @param most so many events are looked at */
export function unrouted(reading: Reading, cursor: number, startsAt: number, most = COUNTED): Counted {
  // what lies before a cursor may be pruned, what lies behind it never is
  const behind = number(reading, "SELECT max(seq) FROM events") - cursor;
  const events = `SELECT received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ${most}`;
  const counted = () => number(reading, `SELECT count(*) FROM (${events}) WHERE received_at >= ?`, cursor, startsAt);
  return unroutedOf(behind, startsAt, counted, most);
}

/** Events are numbered as they arrive: the lowest number is the oldest. */
function oldest(reading: Reading, id: number, cursor: number, startsAt: number): number | null {
  const routed = firstNumberOrNull(
    reading,
    `SELECT received_at FROM events WHERE seq =
       (SELECT event FROM deliveries WHERE connector = ? AND state = 'waiting' ORDER BY event LIMIT 1)`,
    id,
  );
  const next = oldestUnrouted(reading, cursor, startsAt);
  if (routed === null || next === null) return routed ?? next;
  return Math.min(routed, next);
}

/** When the oldest event behind a cursor was received. @param most so many events are looked at */
export function oldestUnrouted(reading: Reading, cursor: number, startsAt: number, most = COUNTED): number | null {
  const events = `SELECT seq, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ${most}`;
  return firstNumberOrNull(
    reading,
    `SELECT received_at FROM (${events}) WHERE received_at >= ? ORDER BY seq LIMIT 1`,
    ...[cursor, startsAt],
  );
}

function unread(reading: Reading): Counted {
  const upto = number(reading, "SELECT upto FROM reading");
  const behind = number(reading, "SELECT max(seq) FROM callbacks") - upto;
  if (behind > COUNTED) return { count: behind, ended: true };
  return bounded(reading, "SELECT 1 FROM callbacks WHERE seq > ?", upto);
}

function quarantined(reading: Reading): Counted & { readonly bytes: number } {
  const isSummed = number(reading, "SELECT 1 FROM pragma_table_info('quarantine_sums') LIMIT 1") === 1;
  if (isSummed) {
    const sums = reading.one("SELECT sum(entries) AS entries, sum(bytes) AS bytes FROM quarantine_sums");
    const count = Number(sums?.entries ?? 0);
    return { count, bytes: Number(sums?.bytes ?? 0) - count * ENTRY_BYTES, ended: true };
  }
  // 0.1.0 has made the store, and nothing of this release has opened it yet
  const sizes = `SELECT length(body) AS size FROM quarantine ORDER BY seq LIMIT ${COUNTED + 1}`;
  const counted = countedOf(number(reading, `SELECT count(*) FROM (${sizes})`));
  return { ...counted, bytes: number(reading, `SELECT sum(size) FROM (${sizes})`) };
}

/** Counts what a statement finds, but no further than `COUNTED`. */
function bounded(reading: Reading, rows: string, ...values: SQLInputValue[]): Counted {
  return countedOf(number(reading, `SELECT count(*) FROM (${rows} LIMIT ${COUNTED + 1})`, ...values));
}

function number(reading: Reading, sql: string, ...values: SQLInputValue[]): number {
  return firstNumberOrNull(reading, sql, ...values) ?? 0;
}

/** The first column of the first row; null where there is none. */
function firstNumberOrNull({ one }: Reading, sql: string, ...values: SQLInputValue[]): number | null {
  const [value] = Object.values(one(sql, ...values) ?? {});
  return value === null || value === undefined ? null : Number(value);
}
