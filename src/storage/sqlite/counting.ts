/** How much of what there is, kept as it changes: with a million rows, counting them would hold up intake. */
import type { SQLInputValue } from "node:sqlite";
import type { ConnectorStatus } from "../contract/ledger.ts";
import { COUNTED, type Counted, countedOf, NONE, unfinished } from "../rules/counts.ts";
import { ENTRY_BYTES } from "../rules/quarantine-bounds.ts";
import { connectorOf } from "../rules/rows.ts";
import { clocksOff } from "./clocks.ts";
import type { Context, Operations, Row } from "./context.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Tallies older than the longest question, in minutes. */
const TALLIES_MINUTES = 2 * 24 * 60;

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

/** What a repair of many does to the counts, written once for all of them. */
export interface Recount {
  /** One waits, or waits no more. */
  waits(connector: number, change: 1 | -1): void;
  /** What was tallied at `at` (milliseconds) is taken back: a letter that is replayed or discarded is no longer dead. */
  livesAgain(connector: number, at: number): void;
  /** To be called in the same transaction. */
  write(): void;
}

export function openRecount(context: Context): Recount {
  const waiting = new Map<number, number>();
  const dead = new Map<string, { connector: number; minute: number; count: number }>();
  return {
    waits: (connector, change) => void waiting.set(connector, (waiting.get(connector) ?? 0) + change),
    livesAgain(connector, at) {
      const minute = Math.floor(at / MINUTE);
      const key = `${connector} ${minute}`;
      dead.set(key, { connector, minute, count: (dead.get(key)?.count ?? 0) + 1 });
    },
    write() {
      for (const [connector, change] of waiting) addWaiting(context, connector, change);
      for (const { connector, minute, count } of dead.values()) {
        context.run(
          "UPDATE tallies SET count = max(0, count - ?) WHERE connector = ? AND state = 'dead' AND minute = ?",
          ...[count, connector, minute],
        );
      }
    },
  };
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

  /** Counts what a statement finds, but no further than `COUNTED`. */
  const bounded = (rows: string, ...values: SQLInputValue[]): Counted =>
    countedOf(number(`SELECT count(*) FROM (${rows} LIMIT ${COUNTED + 1})`, ...values));

  function unrouted(cursor: number, startsAt: number): Counted {
    // what lies before a cursor may be pruned, what lies behind it never is
    const behind = number("SELECT max(seq) FROM events") - cursor;
    if (behind <= 0) return NONE;
    if (behind > COUNTED && startsAt === 0) return { count: behind, ended: true };
    const events = `SELECT received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ${COUNTED}`;
    const count = number(`SELECT count(*) FROM (${events}) WHERE received_at >= ?`, cursor, startsAt);
    return { count, ended: behind <= COUNTED };
  }

  /** Events are numbered as they arrive: the lowest number is the oldest. */
  function oldest(id: number, cursor: number, startsAt: number): number | null {
    const routed = numberOrNull(
      `SELECT received_at FROM events WHERE seq =
         (SELECT event FROM deliveries WHERE connector = ? AND state = 'waiting' ORDER BY event LIMIT 1)`,
      id,
    );
    const events = `SELECT seq, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ${COUNTED}`;
    const next = numberOrNull(
      `SELECT received_at FROM (${events}) WHERE received_at >= ? ORDER BY seq LIMIT 1`,
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
    const behind = unrouted(cursor, startsAt);
    const dead = bounded("SELECT 1 FROM deliveries WHERE connector = ? AND state = 'dead'", id);
    return {
      ...connectorOf(row),
      waiting: Number(row.waiting) + behind.count,
      oldestWaitingAt: oldest(id, cursor, startsAt),
      dead: dead.count,
      deliveredLastHour: tallied(id, "delivered", HOUR),
      deliveredLastDay: tallied(id, "delivered", 24 * HOUR),
      deadLastHour: tallied(id, "dead", HOUR),
      deadLastDay: tallied(id, "dead", 24 * HOUR),
      ...unfinished({ waiting: behind.ended, dead: dead.ended }),
    };
  }

  function unread(): Counted {
    const upto = number("SELECT upto FROM reading");
    const behind = number("SELECT max(seq) FROM callbacks") - upto;
    return behind > COUNTED ? { count: behind, ended: true } : bounded("SELECT 1 FROM callbacks WHERE seq > ?", upto);
  }

  function quarantined(): Counted & { readonly bytes: number } {
    const isSummed = number("SELECT 1 FROM pragma_table_info('quarantine_sums') LIMIT 1") === 1;
    if (isSummed) {
      const sums = one("SELECT sum(entries) AS entries, sum(bytes) AS bytes FROM quarantine_sums");
      const count = Number(sums?.entries ?? 0);
      return { count, bytes: Number(sums?.bytes ?? 0) - count * ENTRY_BYTES, ended: true };
    }
    // 0.1.0 has made the store, and nothing of this release has opened it yet
    const sizes = `SELECT length(body) AS size FROM quarantine ORDER BY seq LIMIT ${COUNTED + 1}`;
    const counted = countedOf(number(`SELECT count(*) FROM (${sizes})`));
    return { ...counted, bytes: number(`SELECT sum(size) FROM (${sizes})`) };
  }

  return {
    status() {
      const counters = all("SELECT name, value FROM counters ORDER BY name");
      const [{ count, ended }, { bytes, ...kept }] = [unread(), quarantined()];
      return {
        connectors: all("SELECT * FROM connectors ORDER BY id").map(statusOf),
        unread: count,
        quarantined: { entries: kept.count, bytes },
        bytes: number("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
        clocksOff: clocksOff({ all }),
        counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
        ...unfinished({ unread: ended, quarantined: kept.ended }),
      };
    },
  };
}
