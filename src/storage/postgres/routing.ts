/** Cursors over the events, and the deliveries behind them. */
import type { StoredEvent } from "../contract/callbacks.ts";
import type { Route, RoutedDelivery } from "../contract/deliveries.ts";
import type { Unrouted } from "../rules/carrying.ts";
import { eventOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import { type LockedConnector, lockConnectors } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { swallowed } from "./swallowed.ts";
import type { Row } from "./values.ts";

const MOVE = "UPDATE connectors SET cursor = $2, seen_at = $3 WHERE id = ANY($1::int[])";

const INSERT_DELIVERIES = `
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, reason, note, routed_at, settled_at)
  SELECT e.seq, r.connector, e.person, e.turn, CASE WHEN r.reason IS NULL THEN 'waiting' ELSE 'skipped' END, $5::bigint, r.reason, r.note,
    $5::bigint, CASE WHEN r.reason IS NULL THEN NULL ELSE $5::bigint END
  FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[]) WITH ORDINALITY AS r (connector, event, reason, note, place)
    JOIN events e ON e.seq = r.event
  ORDER BY r.place
  ON CONFLICT DO NOTHING RETURNING state`;

/** The cursor goes by them: what is not there will never be. */
const LACKING = `
  SELECT count(*) AS n FROM unnest($1::int[], $2::bigint[]) AS r (connector, event) JOIN events e ON e.seq = r.event
  WHERE (SELECT d.event FROM deliveries d WHERE d.event = r.event AND d.connector = r.connector) IS NULL`;

export function routingOperations({ transact }: Context): Pick<Operations, "unrouted" | "route"> {
  return {
    unrouted: (connectors, limit) =>
      transact("carrying", async (transaction) => {
        const known = await transaction.rows(
          "SELECT name, cursor, starts_at FROM connectors WHERE name = ANY($1::text[])",
          connectors,
        );
        return unroutedOf(known, await eventsBehind(transaction, connectors, limit));
      }),

    route: (routes) =>
      transact("carrying", async (transaction) => {
        const names = routes.map(({ connector }) => connector);
        const locked = await lockConnectors(transaction, names, "NO KEY UPDATE");
        return writeRoutes(transaction, locked, routes);
      }),
  };
}

const BEHIND = `
  SELECT ${EVENT} FROM events e WHERE e.seq > (SELECT min(c.cursor) FROM connectors c WHERE c.name = ANY($1::text[]))
  ORDER BY e.seq LIMIT $2`;

/** What lies behind the first of these connectors' cursors. */
export async function eventsBehind(
  { rows }: Transaction,
  connectors: readonly string[],
  limit: number,
): Promise<readonly StoredEvent[]> {
  return (await rows(BEHIND, connectors, limit)).map(eventOf);
}

/** The same, with where each of these rows of connectors is. */
export function unroutedOf(known: readonly Row[], events: readonly StoredEvent[]): Unrouted {
  return {
    events,
    cursors: Object.fromEntries(known.map(({ name, cursor }) => [String(name), Number(cursor)])),
    startsAt: Object.fromEntries(known.map(({ name, starts_at: at }) => [String(name), Number(at)])),
  };
}

/** Of connectors whose cursor is where it was. Returns how many deliveries are new and waiting. */
export async function writeRoutes(
  transaction: Transaction,
  locked: readonly LockedConnector[],
  routes: readonly Route[],
): Promise<number> {
  const byName = new Map(locked.map((own) => [own.connector.name, own]));
  const moved = routes.flatMap(({ connector, from, to, deliveries }) => {
    const own = byName.get(connector);
    return own === undefined || own.connector.cursor !== from ? [] : [{ id: own.id, at: own.at, to, deliveries }];
  });
  const [first] = moved;
  if (first === undefined) return 0;
  // nearly always one
  const moving = [...Map.groupBy(moved, (route) => route.to)].map(([to, together]) => {
    const ids = together.map(({ id }) => id);
    return transaction.run(MOVE, ids, to, first.at);
  });
  const all = moved.flatMap(({ id, deliveries }) => deliveries.map((delivery) => ({ id, ...delivery })));
  const [written] = await Promise.all([insertDeliveries(transaction, all, first.at), ...moving]);
  return written.filter(({ state }) => state === "waiting").length;
}

/** Rejects where one was not taken that is not there either. */
async function insertDeliveries(
  { rows, one }: Transaction,
  all: readonly (RoutedDelivery & { readonly id: number })[],
  at: number,
): Promise<readonly Row[]> {
  if (all.length === 0) return [];
  const keys = [all.map(({ id }) => id), all.map(({ event }) => event)];
  const written = await rows(
    INSERT_DELIVERIES,
    ...keys,
    ...[all.map(({ skip }) => (skip === undefined ? null : JSON.stringify(skip))), all.map(({ note = null }) => note)],
    at,
  );
  if (written.length < all.length) {
    const lacking = Number((await one(LACKING, ...keys))?.n);
    if (lacking > 0) throw swallowed(lacking, "deliveries");
  }
  return written;
}
