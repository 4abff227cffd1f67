/** What became of claimed deliveries; verdicts of death on their way to the dead-letter file. */

import { splitId } from "../../basics/delivery-id.ts";
import type { ConnectorRow, StateChange } from "../contract/connectors.ts";
import type { Settlement, SettleResult } from "../contract/deliveries.ts";
import { connectorOf, letterOf } from "../rules/rows.ts";
import { BETWEEN_NOTES, changedState, HISTORY, isLate, isStale, settledColumns } from "../rules/settling.ts";
import type { AllClaims, Claims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting, tally } from "./counting.ts";
import { eventIdsOf } from "./event-ids.ts";
import { freeBeside, freeNextOf, personOf } from "./order.ts";
import { endClaim, endProbe, release } from "./releasing.ts";

type SettlingOperations = Pick<Operations, "settle" | "release" | "unjournaled" | "journaled">;

/** One statement for all: what a delivery has been through, then what it is now. */
const WRITE = `
  UPDATE deliveries SET
    attempts = attempts + ?1,
    first_attempt_at = CASE WHEN ?1 THEN coalesce(first_attempt_at, ?2) ELSE first_attempt_at END,
    first_attempt_clock = CASE WHEN ?1 THEN coalesce(first_attempt_clock, ?3) ELSE first_attempt_clock END,
    last_attempt_at = CASE WHEN ?1 THEN ?2 ELSE last_attempt_at END,
    history = CASE WHEN ?4 IS NULL THEN history
      WHEN json_array_length(history) >= ${HISTORY} THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(?4))
      ELSE json_insert(coalesce(history, '[]'), '$[#]', json(?4)) END,
    reason = ?5, note = coalesce(note || '${BETWEEN_NOTES}' || ?6, ?6, note), state = ?7, class = ?8, parked = NULL,
    lane = ?9, due_at = ?10, settled_at = ?11, journaled = 0
  WHERE connector = ?12 AND event = ?13 AND state = 'waiting'`;

/** A connector whose deliveries are settled, and how many became what. */
interface Known {
  readonly id: number;
  readonly row: ConnectorRow;
  readonly supersedes: boolean;
  readonly counts: Map<string, number>;
}

export function settlingOperations(context: Context, claims: AllClaims): SettlingOperations {
  const { all, one, run, now } = context;
  const connectorRow = (name: string): Row => {
    const row = one("SELECT * FROM connectors WHERE name = ?", name);
    if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
    return row;
  };

  /** False when it waits no longer: a person has discarded it. */
  function write(id: number, clock: number, settlement: Settlement, held: boolean): boolean {
    const at = now();
    const after = settledColumns(settlement, at, held);
    return (
      run(
        WRITE,
        ...[after.tried ? 1 : 0, at, clock, after.failure, after.reason, after.note, after.state, after.class],
        ...[after.lane, after.dueAt, after.settledAt, id, after.event],
      ) > 0
    );
  }

  function change(row: Row, wanted: StateChange): void {
    const { state, putOff, since, probeAt } = changedState(connectorOf(row), wanted, now());
    run(
      "UPDATE connectors SET state = ?, put_off = ?, version = version + 1, since = ?, probe_at = ? WHERE id = ? AND version = ?",
      ...[state, putOff, since, probeAt, Number(row.id), wanted.from],
    );
  }

  function count({ id, counts }: Known): void {
    let settled = 0;
    for (const [state, number] of counts) if (state !== "waiting") settled += number;
    addWaiting(context, id, -settled);
    tally(context, id, counts);
  }

  /** Writes what became of claimed deliveries. Returns those that were not theirs to settle. */
  function settleClaimed(own: Claims, connector: Known, token: string, settlements: readonly Settlement[]): number[] {
    const { id, row, supersedes, counts } = connector;
    return settlements.flatMap((settlement) => {
      const { event } = settlement;
      const claimed = endClaim(context, own, event, token);
      if (claimed === undefined) return event;
      const written = write(id, row.clock, settlement, true);
      if (written && settlement.to === "waiting") freeBeside(context, own, id, claimed, supersedes);
      else freeNextOf(context, own, id, claimed.person);
      if (!written) return event;
      counts.set(settlement.to, (counts.get(settlement.to) ?? 0) + 1);
      return [];
    });
  }

  function decide(own: Claims, { id, row, counts }: Known, settlement: Settlement): void {
    if (own.held.has(settlement.event) || !write(id, row.clock, settlement, false)) return;
    counts.set(settlement.to, (counts.get(settlement.to) ?? 0) + 1);
    // others of this person may have waited for it, though nobody held it
    const event = one(`SELECT ${EVENT} FROM events e WHERE seq = ?`, settlement.event);
    if (event !== undefined && settlement.to !== "waiting") freeNextOf(context, own, id, personOf(event));
  }

  return {
    settle(request): SettleResult {
      const { connector: name, token, settlements, decided = [], change: wanted, takenWith } = request;
      const stored = connectorRow(name);
      const row = connectorOf(stored);
      if (isStale(request, row)) return { tag: "stale", connector: row };
      const id = Number(stored.id);
      const own = claims.of(id);
      const connector: Known = { id, row, supersedes: stored.writes === "state", counts: new Map() };
      const held = settlements.filter(({ event }) => own.held.get(event)?.token === token);
      if (isLate(request, held.length)) {
        return { tag: "settled", lost: settlements.map(({ event }) => event), connector: row };
      }
      const lost = settleClaimed(own, connector, token, settlements);
      for (const settlement of decided) decide(own, connector, settlement);
      endProbe(context, own, token);
      count(connector);
      if (wanted !== undefined) change(stored, wanted);
      if (takenWith !== undefined) run("UPDATE connectors SET taken_with = ? WHERE id = ?", takenWith, id);
      return { tag: "settled", lost, connector: connectorOf(connectorRow(name)) };
    },

    release(name, token, events) {
      const row = connectorRow(name);
      release(context, claims.of(Number(row.id)), row, token, events);
    },

    unjournaled(limit) {
      const letters = all(
        `SELECT d.*, c.name, c.origin, ${EVENT} FROM deliveries d JOIN connectors c ON c.id = d.connector
         JOIN events e ON e.seq = d.event WHERE d.state = 'dead' AND d.journaled = 0
         ORDER BY d.settled_at, d.connector, d.event LIMIT ?`,
        limit,
      ).map(letterOf);
      // whoever writes their lines names them by id
      eventIdsOf(context).remember(letters.map(({ event }) => event));
      return letters;
    },

    journaled(letters) {
      const ids = eventIdsOf(context);
      for (const { id, generation } of letters) {
        const [eventId, origin] = splitId(id);
        const [event] = ids.numbers([eventId]);
        if (event === undefined) continue;
        run(
          `UPDATE deliveries SET journaled = 1 WHERE state = 'dead' AND generation = ? AND event = ?
             AND connector = (SELECT id FROM connectors WHERE origin = ?)`,
          ...[generation, event, origin],
        );
      }
    },
  };
}
