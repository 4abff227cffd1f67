/** Connectors and their cursors: who gets which event. */
import { READY, type Registration, type RoutedDelivery } from "../contract.ts";
import { refusalOf } from "../rules/registering.ts";
import { eventOf, stateColumns, stateOf } from "../rules/rows.ts";
import type { AllClaims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting } from "./counting.ts";

type RoutingOperations = Pick<Operations, "register" | "unrouted" | "route">;

/** Pauses that other settings may cure; a person's stays. */
const CURABLE = new Set<unknown>(["credentials", "refusing", "gone", undefined]);

export function routingOperations(context: Context, claims: AllClaims): RoutingOperations {
  const { all, one, run, now } = context;
  const known = (name: string) => one("SELECT * FROM connectors WHERE name = ?", name);

  const refusal = (registration: Registration) =>
    refusalOf(
      registration,
      known(registration.name) ?? (registration.was === undefined ? undefined : known(registration.was)),
    );

  function adopt(registration: Registration): { from: string; to: string; waiting: number } | undefined {
    const { name, was } = registration;
    if (was === undefined || known(name) !== undefined) return undefined;
    const old = known(was);
    if (old === undefined) return undefined;
    run("UPDATE connectors SET name = ? WHERE id = ?", name, Number(old.id));
    return { from: was, to: name, waiting: Number(old.waiting) };
  }

  /** The name, unless a renamed connector still has it in its delivery ids. */
  function freshOrigin(name: string): string {
    let origin = name;
    for (let n = 2; one("SELECT 1 FROM connectors WHERE origin = ?", origin) !== undefined; n += 1)
      origin = `${name}#${n}`;
    return origin;
  }

  function insert({ name, type, writes, destination, fingerprint, start }: Registration): void {
    const last = Number(one("SELECT max(seq) AS seq FROM events")?.seq ?? 0);
    const [cursor, startsAt] = start === "now" ? [last, 0] : [0, start === "all" ? 0 : start];
    run(
      `INSERT INTO connectors (name, origin, type, writes, destination, fingerprint, cursor, starts_at, state, version,
         since, clock, clock_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?)`,
      ...[name, freshOrigin(name), type, writes, destination, fingerprint, cursor, startsAt, JSON.stringify(READY)],
      ...[now(), now(), now()],
    );
  }

  function update(row: Row, { writes, destination, fingerprint }: Registration): void {
    const id = Number(row.id);
    run(
      "UPDATE connectors SET writes = ?, destination = ?, fingerprint = ?, seen_at = ? WHERE id = ?",
      ...[writes, destination, fingerprint, now(), id],
    );
    const state = stateOf(row);
    if (row.fingerprint === fingerprint || state.status === "ready" || !CURABLE.has(state.cause)) return;
    run(
      "UPDATE connectors SET state = ?, put_off = ?, version = version + 1, since = ?, probe_at = NULL WHERE id = ?",
      ...[...stateColumns(READY), now(), id],
    );
  }

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
    register(registrations) {
      const report = { adopted: [], redirected: [], refused: [] } as {
        adopted: { from: string; to: string; waiting: number }[];
        redirected: { name: string; from: string; to: string; waiting: number }[];
        refused: { name: string; why: string }[];
      };
      for (const registration of registrations) {
        const why = refusal(registration);
        if (why !== undefined) report.refused.push({ name: registration.name, why });
      }
      if (report.refused.length > 0) return report;
      for (const registration of registrations) {
        const adopted = adopt(registration);
        if (adopted !== undefined) report.adopted.push(adopted);
        const row = known(registration.name);
        if (row === undefined) {
          insert(registration);
          continue;
        }
        if (row.destination !== registration.destination) {
          const [from, to] = [String(row.destination), registration.destination];
          report.redirected.push({ name: registration.name, from, to, waiting: Number(row.waiting) });
        }
        update(row, registration);
      }
      return report;
    },

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
