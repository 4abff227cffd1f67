/** Cursors over the events, and the deliveries behind them. */
import type { Route } from "../contract/deliveries.ts";
import { eventOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { swallowed } from "./swallowed.ts";

const INSERT_DELIVERIES = `
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, reason, note, routed_at, settled_at)
  SELECT e.seq, $1::int, e.person, e.turn, CASE WHEN r.reason IS NULL THEN 'waiting' ELSE 'skipped' END, $4::bigint, r.reason, r.note, $4::bigint,
    CASE WHEN r.reason IS NULL THEN NULL ELSE $4::bigint END
  FROM unnest($2::bigint[], $3::text[], $5::text[]) WITH ORDINALITY AS r (event, reason, note, place) JOIN events e ON e.seq = r.event
  ORDER BY r.place
  ON CONFLICT DO NOTHING RETURNING state`;

/** The cursor goes by them: what is not there will never be. */
const LACKING = `
  SELECT count(*) AS n FROM unnest($2::bigint[]) AS r (event) JOIN events e ON e.seq = r.event
  WHERE (SELECT d.event FROM deliveries d WHERE d.event = r.event AND d.connector = $1::int) IS NULL`;

export function routingOperations({ transact }: Context): Pick<Operations, "unrouted" | "route"> {
  return {
    unrouted: (connectors, limit) =>
      transact("carrying", async ({ rows }) => {
        const known = await rows(
          "SELECT name, cursor, starts_at FROM connectors WHERE name = ANY($1::text[])",
          connectors,
        );
        const from = Math.min(...known.map(({ cursor }) => Number(cursor)));
        const behind =
          known.length === 0
            ? []
            : await rows(`SELECT ${EVENT} FROM events e WHERE e.seq > $1 ORDER BY e.seq LIMIT $2`, from, limit);
        return {
          events: behind.map(eventOf),
          cursors: Object.fromEntries(known.map(({ name, cursor }) => [String(name), Number(cursor)])),
          startsAt: Object.fromEntries(known.map(({ name, starts_at: at }) => [String(name), Number(at)])),
        };
      }),

    route: (routes) =>
      transact("carrying", async (transaction) => {
        const ids = await lockConnectors(transaction, routes);
        const at = await transaction.now();
        let waiting = 0;
        for (const route of routes) {
          const id = ids.get(route.connector);
          if (id !== undefined) waiting += await write(transaction, id, route, at);
        }
        return waiting;
      }),
  };
}

/** In one order everywhere, so that no two machines wait for each other. */
async function lockConnectors({ rows }: Transaction, routes: readonly Route[]): Promise<ReadonlyMap<string, number>> {
  const names = routes.map(({ connector }) => connector);
  const found = await rows(
    "SELECT id, name FROM connectors WHERE name = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE",
    names,
  );
  return new Map(found.map(({ id, name }) => [String(name), Number(id)]));
}

/** Returns how many deliveries are new and waiting. */
async function write({ run, rows, one }: Transaction, id: number, route: Route, at: number): Promise<number> {
  const { from, to, deliveries } = route;
  const move = "UPDATE connectors SET cursor = $1, seen_at = $4 WHERE id = $2 AND cursor = $3";
  if ((await run(move, to, id, from, at)) === 0) return 0;
  if (deliveries.length === 0) return 0;
  const reasons = deliveries.map(({ skip }) => (skip === undefined ? null : JSON.stringify(skip)));
  const events = deliveries.map(({ event }) => event);
  const notes = deliveries.map(({ note = null }) => note);
  const written = await rows(INSERT_DELIVERIES, id, events, reasons, at, notes);
  if (written.length < events.length) {
    const lacking = Number((await one(LACKING, id, events))?.n);
    if (lacking > 0) throw swallowed(lacking, "deliveries");
  }
  return written.filter(({ state }) => state === "waiting").length;
}
