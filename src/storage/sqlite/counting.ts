/** How much of what there is, kept as it changes: with a million rows, counting them would hold up intake. */
import type { SQLInputValue } from "node:sqlite";
import type { ConnectorStatus } from "../contract/ledger.ts";
import { connectorOf } from "../rules/rows.ts";
import { clocksOff } from "./clocks.ts";
import type { Context, Operations, Row } from "./context.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Tallies older than the longest question, in minutes. */
const TALLIES_MINUTES = 2 * 24 * 60;
/** More than this is not counted one by one. */
const COUNTED = 10_000;

/** To be called in the transaction that made deliveries wait, or wait no more. */
export function addWaiting({ run }: Context, connector: number, change: number): void {
  if (change !== 0) run("UPDATE connectors SET waiting = waiting + ? WHERE id = ?", change, connector);
}

/** Adds to how many were delivered, or died, in this minute. */
export function tally({ run, now }: Context, connector: number, counts: ReadonlyMap<string, number>): void {
  const minute = Math.floor(now() / MINUTE);
  for (const state of ["delivered", "dead"]) {
    const count = counts.get(state) ?? 0;
    if (count === 0) continue;
    run(
      `INSERT INTO tallies (connector, state, minute, count) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      ...[connector, state, minute, count],
    );
  }
}

/** Takes back what was tallied at `at` (milliseconds): a letter that is replayed or discarded is no longer dead. */
export function untallyDead({ run }: Context, connector: number, at: number): void {
  run(
    "UPDATE tallies SET count = count - 1 WHERE connector = ? AND state = 'dead' AND minute = ? AND count > 0",
    ...[connector, Math.floor(at / MINUTE)],
  );
}

export function pruneTallies({ run, now }: Context): void {
  run("DELETE FROM tallies WHERE minute < ?", Math.floor(now() / MINUTE) - TALLIES_MINUTES);
}

export function countingOperations(context: Pick<Context, "all" | "one" | "now">): Pick<Operations, "status"> {
  const { all, one, now } = context;
  const number = (sql: string, ...values: SQLInputValue[]): number =>
    Number(Object.values(one(sql, ...values) ?? {})[0] ?? 0);
  const numberOrNull = (sql: string, ...values: SQLInputValue[]): number | null => {
    const [value] = Object.values(one(sql, ...values) ?? {});
    return value === null || value === undefined ? null : Number(value);
  };

  function unrouted(cursor: number, startsAt: number): number {
    // what lies before a cursor may be pruned, what lies behind it never is
    const behind = number("SELECT max(seq) FROM events") - cursor;
    if (behind <= 0) return 0;
    if (behind > COUNTED && startsAt === 0) return behind;
    return number("SELECT count(*) FROM events WHERE seq > ? AND received_at >= ?", cursor, startsAt);
  }

  /** Events are numbered as they arrive: the lowest number is the oldest. */
  function oldest(id: number, cursor: number, startsAt: number): number | null {
    const routed = numberOrNull(
      `SELECT received_at FROM events WHERE seq =
         (SELECT event FROM deliveries WHERE connector = ? AND state = 'waiting' ORDER BY event LIMIT 1)`,
      id,
    );
    const next = numberOrNull(
      "SELECT received_at FROM events WHERE seq > ? AND received_at >= ? ORDER BY seq LIMIT 1",
      ...[cursor, startsAt],
    );
    if (routed === null || next === null) return routed ?? next;
    return Math.min(routed, next);
  }

  function tallied(id: number, state: string, ms: number): number {
    const since = Math.floor((now() - ms) / MINUTE);
    return number("SELECT sum(count) FROM tallies WHERE connector = ? AND state = ? AND minute >= ?", id, state, since);
  }

  function statusOf(row: Row): ConnectorStatus {
    const [id, cursor, startsAt] = [Number(row.id), Number(row.cursor), Number(row.starts_at)];
    return {
      ...connectorOf(row),
      waiting: Number(row.waiting) + unrouted(cursor, startsAt),
      oldestWaitingAt: oldest(id, cursor, startsAt),
      dead: number("SELECT count(*) FROM deliveries WHERE connector = ? AND state = 'dead'", id),
      deliveredLastHour: tallied(id, "delivered", HOUR),
      deliveredLastDay: tallied(id, "delivered", 24 * HOUR),
      deadLastHour: tallied(id, "dead", HOUR),
      deadLastDay: tallied(id, "dead", 24 * HOUR),
    };
  }

  function unread(): number {
    const upto = number("SELECT upto FROM reading");
    const behind = number("SELECT max(seq) FROM callbacks") - upto;
    return behind > COUNTED ? behind : number("SELECT count(*) FROM callbacks WHERE seq > ?", upto);
  }

  return {
    status() {
      const counters = all("SELECT name, value FROM counters ORDER BY name");
      const entries = number("SELECT count(*) FROM quarantine");
      return {
        connectors: all("SELECT * FROM connectors ORDER BY id").map(statusOf),
        unread: unread(),
        quarantined: { entries, bytes: number("SELECT sum(length(body)) FROM quarantine") },
        clocksOff: clocksOff({ all }),
        counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
      };
    },
  };
}
