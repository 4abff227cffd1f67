/** What became of claimed deliveries; verdicts of death on their way to the dead-letter file. */
import type { Settlement, SettleResult, StateChange } from "../contract.ts";
import { connectorOf, letterOf, splitId } from "../rows.ts";
import { wholeMs } from "../whole-ms.ts";
import type { AllClaims, Claimed, Claims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting, tally } from "./counting.ts";
import { eventIdsOf } from "./event-ids.ts";
import { freeBeside, freeNextOf, personOf } from "./order.ts";
import { openVerdicts, type SettledConnector } from "./verdicts.ts";

type SettlingOperations = Pick<Operations, "settle" | "release" | "unjournaled" | "journaled">;

/** A connector whose deliveries are settled, and how many became what. */
interface Known extends SettledConnector {
  readonly supersedes: boolean;
  readonly counts: Map<string, number>;
}

export function settlingOperations(context: Context, claims: AllClaims): SettlingOperations {
  const { all, one, run, now } = context;
  const verdicts = openVerdicts(context);
  const connectorRow = (name: string): Row => {
    const row = one("SELECT * FROM connectors WHERE name = ?", name);
    if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
    return row;
  };

  function change(row: Row, { from, state, probeInMs }: StateChange): void {
    const before = connectorOf(row);
    const same = before.state.status === state.status && before.state.cause === state.cause;
    const probeAt = state.status === "ready" || probeInMs === null ? null : now() + wholeMs(probeInMs);
    run(
      "UPDATE connectors SET state = ?, version = version + 1, since = ?, probe_at = ? WHERE id = ? AND version = ?",
      ...[JSON.stringify(state), same ? before.since : now(), probeAt, Number(row.id), from],
    );
  }

  function count({ id, counts }: Known): void {
    let settled = 0;
    for (const [state, number] of counts) if (state !== "waiting") settled += number;
    addWaiting(context, id, -settled);
    tally(context, id, counts);
  }

  function end(own: Claims, event: number, token: string): Claimed | undefined {
    const claimed = own.end(event, token);
    if (claimed !== undefined) context.onRollback(() => own.claim(event, claimed));
    return claimed;
  }

  /** A probe is over when nothing of its claim is under way any more. */
  function endProbe(own: Claims, token: string): void {
    if (own.probe !== token || [...own.held.values()].some((one) => one.token === token)) return;
    own.probe = undefined;
    context.onRollback(() => {
      own.probe = token;
    });
  }

  /** Writes what became of claimed deliveries. Returns those that were not theirs to settle. */
  function settleClaimed(own: Claims, connector: Known, token: string, settlements: readonly Settlement[]): number[] {
    const { id, supersedes, counts } = connector;
    const ended = settlements.map((settlement) => ({ settlement, claimed: end(own, settlement.event, token) }));
    const held = ended.filter(({ claimed }) => claimed !== undefined);
    const written = verdicts.writeAll(
      connector,
      held.map(({ settlement }) => settlement),
    );
    return ended.flatMap(({ settlement: { event, to }, claimed }) => {
      if (claimed === undefined) return event;
      if (written.has(event) && to === "waiting") freeBeside(context, own, id, claimed, supersedes);
      else freeNextOf(context, own, id, claimed.person);
      if (!written.has(event)) return event;
      counts.set(to, (counts.get(to) ?? 0) + 1);
      return [];
    });
  }

  function decide(own: Claims, connector: Known, settlement: Settlement): void {
    const { id, counts } = connector;
    if (own.held.has(settlement.event) || !verdicts.write(connector, settlement, false)) return;
    counts.set(settlement.to, (counts.get(settlement.to) ?? 0) + 1);
    // others of this person may have waited for it, though nobody held it
    const event = one(`SELECT ${EVENT} FROM events e WHERE seq = ?`, settlement.event);
    if (event !== undefined && settlement.to !== "waiting") freeNextOf(context, own, id, personOf(event));
  }

  return {
    settle({ connector: name, token, settlements, decided = [], change: wanted }): SettleResult {
      const stored = connectorRow(name);
      const row = connectorOf(stored);
      if (wanted !== undefined && wanted.from !== row.version) return { tag: "stale", connector: row };
      const id = Number(stored.id);
      const own = claims.of(id);
      const connector: Known = { id, clock: row.clock, supersedes: stored.writes === "state", counts: new Map() };
      const holds = settlements.some(({ event }) => own.held.get(event)?.token === token);
      // who comes late settles nothing, and knows nothing that is still true
      if (settlements.length > 0 && !holds) {
        return { tag: "settled", lost: settlements.map(({ event }) => event), connector: row };
      }
      const lost = settleClaimed(own, connector, token, settlements);
      for (const settlement of decided) decide(own, connector, settlement);
      endProbe(own, token);
      count(connector);
      if (wanted !== undefined) change(stored, wanted);
      return { tag: "settled", lost, connector: connectorOf(connectorRow(name)) };
    },

    release(name, token, events) {
      const row = connectorRow(name);
      const id = Number(row.id);
      const own = claims.of(id);
      for (const event of events) {
        const claimed = end(own, event, token);
        if (claimed === undefined) continue;
        const waits = one(
          "SELECT 1 FROM deliveries WHERE connector = ? AND event = ? AND state = 'waiting'",
          id,
          event,
        );
        if (waits === undefined) freeNextOf(context, own, id, claimed.person);
        else freeBeside(context, own, id, claimed, row.writes === "state");
      }
      endProbe(own, token);
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
