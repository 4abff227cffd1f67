/** What became of claimed deliveries; verdicts of death on their way to the dead-letter file. */
import type { ConnectorRow, Settlement, SettleResult, StateChange } from "../contract.ts";
import type { Claims } from "./claims.ts";
import type { Context, Operations, Row } from "./context.ts";
import { connectorOf, EVENT, letterOf } from "./rows.ts";
import { type AllClaims, claimsOf, freeNext, personOf } from "./taking.ts";

type SettlingOperations = Pick<Operations, "settle" | "release" | "unjournaled" | "journaled">;

const LANES = { normal: 0, slow: 1 } as const;
/** Failed attempts that the ledger remembers. */
const HISTORY = 20;

export function settlingOperations(context: Context, claims: AllClaims): SettlingOperations {
  const { all, one, run, now } = context;
  const connectorRow = (name: string): Row => {
    const row = one("SELECT * FROM connectors WHERE name = ?", name);
    if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
    return row;
  };

  function write(id: number, clock: number, settlement: Settlement, attempted: boolean): void {
    const at = now();
    const where = [id, settlement.event] as const;
    const tried = attempted ? 1 : 0;
    const reason = "reason" in settlement ? JSON.stringify(settlement.reason) : null;
    const failure = attempted && reason !== null ? `{"at":${at},"reason":${reason}}` : null;
    // one statement for all: what a delivery has been through, then what it is now
    run(
      `UPDATE deliveries SET
         attempts = attempts + ?1,
         first_attempt_at = CASE WHEN ?1 THEN coalesce(first_attempt_at, ?2) ELSE first_attempt_at END,
         first_attempt_clock = CASE WHEN ?1 THEN coalesce(first_attempt_clock, ?3) ELSE first_attempt_clock END,
         last_attempt_at = CASE WHEN ?1 THEN ?2 ELSE last_attempt_at END,
         history = CASE WHEN ?4 IS NULL THEN history
           WHEN json_array_length(history) >= ${HISTORY} THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(?4))
           ELSE json_insert(coalesce(history, '[]'), '$[#]', json(?4)) END,
         reason = coalesce(?5, reason), note = ?6, state = ?7, class = ?8,
         lane = ?9, due_at = ?10, settled_at = CASE ?7 WHEN 'waiting' THEN NULL ELSE ?2 END, journaled = 0
       WHERE connector = ?11 AND event = ?12 AND state = 'waiting'`,
      ...[tried, at, clock, failure, reason],
      settlement.to === "delivered" ? (settlement.note ?? null) : null,
      settlement.to,
      settlement.to === "dead" ? settlement.class : null,
      settlement.to === "waiting" ? LANES[settlement.lane] : 0,
      settlement.to === "waiting" ? at + settlement.delayMs : at,
      ...where,
    );
  }

  function change(row: Row, { from, state, probeInMs }: StateChange): void {
    const before = connectorOf(row);
    const same = before.state.status === state.status && before.state.cause === state.cause;
    const probeAt = state.status === "ready" || probeInMs === null ? null : now() + probeInMs;
    run(
      "UPDATE connectors SET state = ?, version = version + 1, since = ?, probe_at = ? WHERE id = ? AND version = ?",
      ...[JSON.stringify(state), same ? before.since : now(), probeAt, Number(row.id), from],
    );
  }

  function end(own: Claims & { probe?: string }, id: number, event: number, token: string): boolean {
    const claimed = own.end(event, token);
    if (claimed === undefined) return false;
    context.onRollback(() => own.claim(event, claimed));
    freeNext(context, own, id, claimed.person);
    return true;
  }

  /** A probe is over when nothing of its claim is under way any more. */
  function endProbe(own: Claims & { probe?: string }, token: string): void {
    if (own.probe !== token || [...own.held.values()].some((one) => one.token === token)) return;
    delete own.probe;
    context.onRollback(() => {
      own.probe = token;
    });
  }

  return {
    settle({ connector: name, token, settlements, decided = [], change: wanted }): SettleResult {
      const row = connectorRow(name);
      const id = Number(row.id);
      const connector: ConnectorRow = connectorOf(row);
      if (wanted !== undefined && wanted.from !== connector.version) return { tag: "stale", connector };
      const own = claimsOf(claims, id);
      const lost: number[] = [];
      for (const settlement of settlements) {
        if (own.held.get(settlement.event)?.token !== token) {
          lost.push(settlement.event);
          continue;
        }
        write(id, connector.clock, settlement, settlement.to !== "waiting" || settlement.attempted);
        end(own, id, settlement.event, token);
      }
      for (const settlement of decided) {
        if (own.held.has(settlement.event)) continue;
        write(id, connector.clock, settlement, false);
        // others of this person may have waited for it, though nobody held it
        const row = one(`SELECT ${EVENT} FROM events e WHERE seq = ?`, settlement.event);
        if (row !== undefined) freeNext(context, own, id, personOf(row));
      }
      endProbe(own, token);
      if (wanted !== undefined) change(row, wanted);
      return { tag: "settled", lost, connector: connectorOf(connectorRow(name)) };
    },

    release(name, token, events) {
      const id = Number(connectorRow(name).id);
      const own = claimsOf(claims, id);
      for (const event of events) end(own, id, event, token);
      endProbe(own, token);
    },

    unjournaled: (limit) =>
      all(
        `SELECT d.*, c.name, c.origin, ${EVENT} FROM deliveries d JOIN connectors c ON c.id = d.connector
         JOIN events e ON e.seq = d.event WHERE d.state = 'dead' AND d.journaled = 0 ORDER BY d.settled_at LIMIT ?`,
        limit,
      ).map(letterOf),

    journaled(letters) {
      for (const { id, generation } of letters) {
        const [eventId = "", origin = ""] = splitId(id);
        run(
          `UPDATE deliveries SET journaled = 1 WHERE state = 'dead' AND generation = ?
             AND connector = (SELECT id FROM connectors WHERE origin = ?)
             AND event IN (SELECT seq FROM events WHERE id = ?)`,
          ...[generation, origin, eventId],
        );
      }
    },
  };
}

/** A delivery id's parts: the event's id, and the first name that its connector had. */
export function splitId(id: string): [eventId: string, origin: string] {
  const colon = id.indexOf(":");
  return [id.slice(0, colon), id.slice(colon + 1)];
}
