/** Questions of the command line: states, stories, the ledger. */

import type { SQLInputValue } from "node:sqlite";
import type { ConnectorStatus, DeliveryFilter, TracedEvent } from "../contract.ts";
import type { Context, Operations, Row } from "./context.ts";
import { connectorOf, EVENT, entryOf, eventOf } from "./rows.ts";
import { splitId } from "./settling.ts";

type AskingOperations = Pick<Operations, "status" | "connector" | "trace" | "deliveries">;

const HOUR = 3_600_000;

/** A delivery with its connector's names and its event. */
export const LEDGER = `SELECT d.*, c.name, c.origin, ${EVENT} FROM deliveries d
  JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event`;

export function askingOperations(context: Pick<Context, "all" | "one" | "now">): AskingOperations {
  const { all, one, now } = context;
  const number = (sql: string, ...values: SQLInputValue[]): number =>
    Number(Object.values(one(sql, ...values) ?? {})[0] ?? 0);

  function settledSince(id: number, state: string, ms: number): number {
    return number(
      "SELECT count(*) FROM deliveries WHERE settled_at >= ? AND connector = ? AND state = ? AND state <> 'waiting'",
      ...[now() - ms, id, state],
    );
  }

  function statusOf(row: Row): ConnectorStatus {
    const id = Number(row.id);
    const routed = number(
      "SELECT count(*) FROM deliveries WHERE connector = ? AND state = 'waiting' AND parked = 0",
      id,
    );
    const parked = number(
      "SELECT count(*) FROM deliveries WHERE connector = ? AND parked = 1 AND state = 'waiting'",
      id,
    );
    const unrouted = number(
      "SELECT count(*) FROM events WHERE seq > ? AND received_at >= ?",
      Number(row.cursor),
      Number(row.starts_at),
    );
    // events are numbered as they arrive: the lowest number is the oldest
    const oldest = one(
      `SELECT received_at AS at FROM events WHERE seq = (SELECT min(event) FROM deliveries WHERE connector = ? AND state = 'waiting')`,
      id,
    );
    return {
      ...connectorOf(row),
      waiting: routed + parked + unrouted,
      oldestWaitingAt: oldest === undefined ? null : Number(oldest.at),
      dead: number("SELECT count(*) FROM deliveries WHERE connector = ? AND state = 'dead'", id),
      deliveredLastHour: settledSince(id, "delivered", HOUR),
      deliveredLastDay: settledSince(id, "delivered", 24 * HOUR),
      deadLastHour: settledSince(id, "dead", HOUR),
      deadLastDay: settledSince(id, "dead", 24 * HOUR),
    };
  }

  return {
    status() {
      const counters = all("SELECT name, value FROM counters ORDER BY name");
      const { entries, bytes } =
        one("SELECT count(*) AS entries, coalesce(sum(length(body)), 0) AS bytes FROM quarantine") ?? {};
      return {
        connectors: all("SELECT * FROM connectors ORDER BY id").map(statusOf),
        unread: number("SELECT count(*) FROM callbacks WHERE seq > (SELECT upto FROM reading)"),
        quarantined: { entries: Number(entries), bytes: Number(bytes) },
        counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
      };
    },

    connector(name) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      return row === undefined ? null : connectorOf(row);
    },

    trace(user) {
      const rows = all(`SELECT ${EVENT}, e.stored_at FROM events e WHERE user = ? ORDER BY event_time, seq`, user);
      return rows.map(
        (row): TracedEvent => ({
          event: eventOf(row),
          storedAt: row.stored_at === null ? null : Number(row.stored_at),
          deliveries: all(
            `${LEDGER} WHERE d.event = ? AND d.connector IN (SELECT id FROM connectors) ORDER BY d.connector`,
            Number(row.e_seq),
          ).map(entryOf),
        }),
      );
    },

    deliveries(filter, { limit, after }) {
      const { where, values } = conditions(filter);
      if (after !== undefined) {
        const [eventId, origin] = splitId(after);
        where.push(
          `(d.event, d.connector) < ((SELECT seq FROM events WHERE id = ?), (SELECT id FROM connectors WHERE origin = ?))`,
        );
        values.push(eventId, origin);
      }
      const clause = where.length > 0 ? `WHERE ${where.join(" AND ")}` : "";
      return all(`${LEDGER} ${clause} ORDER BY d.event DESC, d.connector DESC LIMIT ?`, ...values, limit).map(entryOf);
    },
  };
}

/** A filter as SQL over `d`, `c` and `e`. */
export function conditions(filter: DeliveryFilter): { where: string[]; values: SQLInputValue[] } {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]) => {
    where.push(condition);
    values.push(...more);
  };
  const list = (items: readonly unknown[]) => JSON.stringify(items);
  if (filter.connector !== undefined) add("c.name = ?", filter.connector);
  if (filter.states !== undefined) add("d.state IN (SELECT value FROM json_each(?))", list(filter.states));
  if (filter.class !== undefined) add("d.class = ?", filter.class);
  if (filter.user !== undefined) add("e.user = ?", filter.user);
  if (filter.since !== undefined) add("e.received_at >= ?", filter.since);
  if (filter.ids !== undefined) {
    add("e.id IN (SELECT value FROM json_each(?))", list(filter.ids.map((id) => splitId(id)[0])));
    add("e.id || ':' || c.origin IN (SELECT value FROM json_each(?))", list(filter.ids));
  }
  return { where, values };
}
