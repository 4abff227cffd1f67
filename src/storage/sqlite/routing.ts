/** Cursors over the events, and the deliveries behind them. */
import type { RoutedDelivery } from "../contract/deliveries.ts";
import { eventOf } from "../rules/rows.ts";
import type { AllClaims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations } from "./context.ts";
import { addWaiting } from "./counting.ts";

type RoutingOperations = Pick<Operations, "unrouted" | "route">;

export function routingOperations(context: Context, claims: AllClaims): RoutingOperations {
  const { all, one, run, now } = context;
  const known = (name: string) => one("SELECT * FROM connectors WHERE name = ?", name);

  // lists as JSON: a statement for each row would cost about twice as much
  function insertWaiting(connector: number, at: number, events: readonly number[]): number {
    return run(
      `INSERT INTO deliveries (connector, event, state, due_at, routed_at)
       SELECT ?1, value, 'waiting', ?2, ?2 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
      ...[connector, at, JSON.stringify(events)],
    );
  }

  // hardly ever any: what is ordinary does without
  function noteDown(connector: number, noted: readonly RoutedDelivery[]): void {
    run(
      `UPDATE deliveries SET note = n.value ->> 'note' FROM json_each(?2) n
       WHERE connector = ?1 AND event = n.value ->> 'event' AND state = 'waiting' AND attempts = 0`,
      ...[connector, JSON.stringify(noted)],
    );
  }

  function insertSkipped(connector: number, at: number, skipped: readonly RoutedDelivery[]): void {
    run(
      `INSERT INTO deliveries (connector, event, state, due_at, reason, routed_at, settled_at)
       SELECT ?1, value ->> 'event', 'skipped', ?2, json_object('words', value ->> 'skip'), ?2, ?2
       FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
      ...[connector, at, JSON.stringify(skipped)],
    );
  }

  return {
    unrouted(connectors, limit) {
      const rows = connectors.map(known).filter((row) => row !== undefined);
      const from = Math.min(...rows.map(({ cursor }) => Number(cursor)));
      const events =
        rows.length === 0 ? [] : all(`SELECT ${EVENT} FROM events e WHERE seq > ? ORDER BY seq LIMIT ?`, from, limit);
      return {
        events: events.map(eventOf),
        cursors: Object.fromEntries(rows.map(({ name, cursor }) => [String(name), Number(cursor)])),
        startsAt: Object.fromEntries(rows.map(({ name, starts_at }) => [String(name), Number(starts_at)])),
      };
    },

    route(routes) {
      let waiting = 0;
      const at = now();
      for (const { connector, from, to, deliveries } of routes) {
        const moved = run(
          "UPDATE connectors SET cursor = ?, seen_at = ? WHERE name = ? AND cursor = ?",
          ...[to, at, connector, from],
        );
        if (moved === 0) continue;
        const id = Number(known(connector)?.id);
        const wanted = deliveries.filter(({ skip }) => skip === undefined).map(({ event }) => event);
        const skipped = deliveries.filter(({ skip }) => skip !== undefined);
        const fresh = insertWaiting(id, at, wanted);
        insertSkipped(id, at, skipped);
        const noted = deliveries.filter(({ note }) => note !== undefined);
        if (noted.length > 0) noteDown(id, noted);
        addWaiting(context, id, fresh);
        waiting += fresh;
      }
      if (waiting > 0) claims.forgetClear();
      return waiting;
    },
  };
}
