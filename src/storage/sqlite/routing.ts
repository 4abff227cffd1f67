/** Cursors over the events, and the deliveries behind them. */
import type { Route, RoutedDelivery } from "../contract/deliveries.ts";
import { eventOf } from "../rules/rows.ts";
import type { AllClaims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting } from "./counting.ts";

const CURSORS = "SELECT name, cursor, starts_at FROM connectors WHERE name IN (SELECT value FROM json_each(?))";

type RoutingOperations = Pick<Operations, "unrouted" | "route">;

export function routingOperations(context: Context, claims: AllClaims): RoutingOperations {
  return {
    unrouted(connectors, limit) {
      const rows = context.all(CURSORS, JSON.stringify(connectors));
      return {
        events: eventsBehind(context, rows, limit).map(eventOf),
        cursors: Object.fromEntries(rows.map(({ name, cursor }) => [String(name), Number(cursor)])),
        startsAt: Object.fromEntries(rows.map(({ name, starts_at }) => [String(name), Number(starts_at)])),
      };
    },

    route(routes) {
      const at = context.now();
      let waiting = 0;
      for (const route of routes) waiting += routeTo(context, route, at);
      if (waiting > 0) claims.forgetClear();
      return waiting;
    },
  };
}

/** Events behind the first of these connectors' cursors. */
function eventsBehind({ all }: Context, connectors: readonly Row[], limit: number): Row[] {
  if (connectors.length === 0) return [];
  const from = Math.min(...connectors.map(({ cursor }) => Number(cursor)));
  return all(`SELECT ${EVENT} FROM events e WHERE seq > ? ORDER BY seq LIMIT ? + 0`, from, limit);
}

/** Moves a cursor, with the deliveries up to it; not where somebody else has moved it. Returns how many more wait. */
function routeTo(context: Context, { connector, from, to, deliveries }: Route, at: number): number {
  const moved = context.one(
    "UPDATE connectors SET cursor = ?, seen_at = ? WHERE name = ? AND cursor = ? RETURNING id",
    ...[to, at, connector, from],
  );
  if (moved === undefined) return 0;
  const id = Number(moved.id);
  const wanted = deliveries.filter(({ skip }) => skip === undefined).map(({ event }) => event);
  const skipped = deliveries.filter(({ skip }) => skip !== undefined);
  const fresh = insertWaiting(context, id, at, wanted);
  if (skipped.length > 0) insertSkipped(context, id, at, skipped);
  const noted = deliveries.filter(({ note }) => note !== undefined);
  if (noted.length > 0) noteDown(context, id, noted);
  addWaiting(context, id, fresh);
  return fresh;
}

// lists as JSON: a statement for each row would cost about twice as much
function insertWaiting({ run }: Context, connector: number, at: number, events: readonly number[]): number {
  return run(
    `INSERT INTO deliveries (connector, event, state, due_at, routed_at)
     SELECT ?1, value, 'waiting', ?2, ?2 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
    ...[connector, at, JSON.stringify(events)],
  );
}

// hardly ever any: what is ordinary does without
function noteDown({ run }: Context, connector: number, noted: readonly RoutedDelivery[]): void {
  run(
    `UPDATE deliveries SET note = n.value ->> 'note' FROM json_each(?2) n
     WHERE connector = ?1 AND event = n.value ->> 'event' AND state = 'waiting' AND attempts = 0`,
    ...[connector, JSON.stringify(noted)],
  );
}

function insertSkipped({ run }: Context, connector: number, at: number, skipped: readonly RoutedDelivery[]): void {
  run(
    `INSERT INTO deliveries (connector, event, state, due_at, reason, routed_at, settled_at)
     SELECT ?1, value ->> 'event', 'skipped', ?2, value -> 'skip', ?2, ?2
     FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
    ...[connector, at, JSON.stringify(skipped)],
  );
}
