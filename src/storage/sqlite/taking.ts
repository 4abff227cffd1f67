/** Claiming what is due. */
import { randomUUID } from "node:crypto";
import type { Claim, ConnectorRow } from "../contract.ts";
import { type Claims, openClaims, type Parked } from "./claims.ts";
import type { Context, Operations, Row } from "./context.ts";
import { connectorOf, EVENT, takenOf } from "./rows.ts";

/** The claims of each connector, by its id in the store. */
export type AllClaims = Map<number, Claims & { probe?: string }>;

export const personOf = (row: Row): string => `${row.e_app} ${row.e_user}`;
const placeOf = (row: Row): Parked => ({
  event: Number(row.e_seq),
  eventTime: Number(row.e_event_time),
  rank: rankOf(row.e_kind),
});
const rankOf = (kind: Row[string]): number => (kind === "unsubscribed" ? 1 : 0);
const RANK = "(CASE kind WHEN 'unsubscribed' THEN 1 ELSE 0 END)";

export function claimsOf(claims: AllClaims, connector: number): Claims & { probe?: string } {
  let own = claims.get(connector);
  if (own === undefined) {
    own = openClaims();
    claims.set(connector, own);
  }
  return own;
}

export function takingOperations(context: Context, claims: AllClaims): Pick<Operations, "take"> {
  const { all, one, run, now } = context;

  const DUE = `SELECT d.*, c.origin, ${EVENT} FROM deliveries d JOIN events e ON e.seq = d.event JOIN connectors c ON c.id = d.connector
    WHERE d.connector = ? AND d.state = 'waiting' AND d.parked = 0 AND d.lane = ? AND d.due_at <= ?
    ORDER BY d.due_at, d.event LIMIT ?`;

  /** An earlier event of this person that still waits for this connector. */
  function blocked(connector: number, row: Row): boolean {
    const { e_user: user, e_app: app, e_event_time: time, e_kind: kind, e_seq: seq } = row;
    return (
      one(
        `SELECT 1 FROM events p JOIN deliveries d ON d.connector = ? AND d.event = p.seq
         WHERE p.user = ? AND p.app = ? AND p.event_time <= ? AND d.state = 'waiting'
           AND (p.event_time, ${RANK.replace("kind", "p.kind")}, p.seq) < (?, ?, ?) LIMIT 1`,
        ...[connector, String(user), String(app), Number(time), Number(time), rankOf(kind), Number(seq)],
      ) !== undefined
    );
  }

  /** A newer event of the same person and official account that makes this state write pointless. */
  function overtaken(connector: number, row: Row): boolean {
    const { e_user: user, e_app: app, e_account: account, e_event_time: time, e_kind: kind } = row;
    return (
      one(
        `SELECT 1 FROM events n WHERE n.user = ? AND n.app = ? AND n.event_time >= ? AND n.official_account = ?
           AND (n.event_time, ${RANK.replace("kind", "n.kind")}) > (?, ?)
           AND (n.kind <> ? OR EXISTS (SELECT 1 FROM deliveries d WHERE d.connector = ? AND d.event = n.seq AND d.state <> 'skipped'))
         LIMIT 1`,
        ...[
          String(user),
          String(app),
          Number(time),
          String(account),
          Number(time),
          rankOf(kind),
          String(kind),
          connector,
        ],
      ) !== undefined
    );
  }

  /** Moves the connector's own clock on: by what it ran since the last look, never by a jump or a pause. */
  function tick(row: Row, connector: ConnectorRow, waits: boolean): ConnectorRow {
    const at = now();
    const running =
      connector.state.status === "ready" || (connector.state.status === "backing_off" && !connector.state.told);
    const passed = at - Number(row.clock_at);
    if (passed >= 0 && (passed < context.clockTickMs || !waits)) return connector;
    const ran = running && waits ? Math.max(0, Math.min(passed, 2 * context.clockTickMs)) : 0;
    run("UPDATE connectors SET clock = clock + ?, clock_at = ? WHERE id = ?", ran, at, Number(row.id));
    return { ...connector, clock: connector.clock + ran };
  }

  function nextDue(connector: number): number | undefined {
    const row = one(
      `SELECT min(due_at) AS at FROM (
         SELECT * FROM (SELECT due_at FROM deliveries WHERE connector = ?1 AND state = 'waiting' AND parked = 0 AND lane = 0 ORDER BY due_at LIMIT 1)
         UNION ALL
         SELECT * FROM (SELECT due_at FROM deliveries WHERE connector = ?1 AND state = 'waiting' AND parked = 0 AND lane = 1 ORDER BY due_at LIMIT 1))`,
      connector,
    );
    return row?.at === null || row?.at === undefined ? undefined : Number(row.at);
  }

  return {
    take(name, limit, probeLimit) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
      const id = Number(row.id);
      const own = claimsOf(claims, id);
      const at = now();
      const due = nextDue(id);
      const connector = tick(row, connectorOf(row), due !== undefined);
      const none = (waitMs: number | null): Claim => ({
        ...{ token: "", connector, deliveries: [], probe: false, waitMs, superseded: 0 },
      });
      const probe = connector.state.status !== "ready";
      if (probe) {
        if (connector.probeAt === null || own.probe !== undefined) return none(null);
        if (connector.probeAt > at) return none(connector.probeAt - at);
      }
      const token = randomUUID();
      const found = collect(id, own, row, {
        token,
        limit: probe ? Math.min(limit, probeLimit) : limit,
        before: probe ? FOR_EVER : at,
      });
      if (found.rows.length === 0) {
        const next = nextDue(id);
        return { ...none(next === undefined ? null : Math.max(0, next - at)), superseded: found.superseded };
      }
      if (probe) {
        own.probe = token;
        context.onRollback(() => delete own.probe);
      }
      return { token, connector, deliveries: found.rows.map(takenOf), probe, waitMs: 0, superseded: found.superseded };
    },
  };

  function collect(
    id: number,
    own: Claims,
    connector: Row,
    { token, limit, before }: { token: string; limit: number; before: number },
  ): { rows: Row[]; superseded: number } {
    const rows: Row[] = [];
    let superseded = 0;
    for (const lane of [0, 1]) {
      // as often as blocked or overtaken ones were in the way: each time fewer are left
      for (let again = true; again && rows.length < limit; ) {
        again = false;
        const window = limit - rows.length + own.held.size;
        const candidates = all(DUE, id, lane, before, window);
        for (const row of candidates) {
          if (rows.length === limit) break;
          if (own.held.has(Number(row.e_seq))) continue;
          if (connector.writes === "state" && overtaken(id, row)) {
            supersede(id, row);
            superseded += 1;
            again = true;
          } else if (own.holds(personOf(row)) || blocked(id, row)) {
            park(id, own, row);
            again = true;
          } else {
            claim(own, row, token);
            rows.push(row);
          }
        }
        if (candidates.length < window) again = false;
      }
    }
    return { rows, superseded };
  }

  function claim(own: Claims, row: Row, token: string): void {
    const event = Number(row.e_seq);
    own.claim(event, { token, person: personOf(row) });
    context.onRollback(() => own.end(event, token));
  }

  function park(id: number, own: Claims, row: Row): void {
    run("UPDATE deliveries SET parked = 1 WHERE connector = ? AND event = ?", id, Number(row.e_seq));
    own.park(personOf(row), placeOf(row));
    context.onRollback(() => own.forget(personOf(row), Number(row.e_seq)));
  }

  function supersede(id: number, row: Row): void {
    run(
      "UPDATE deliveries SET state = 'superseded', settled_at = ? WHERE connector = ? AND event = ?",
      ...[now(), id, Number(row.e_seq)],
    );
    freeNext(context, claimsOf(claims, id), id, personOf(row));
  }
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** The next of a person may go now: called whenever one of theirs leaves its place. */
export function freeNext(context: Context, own: Claims, connector: number, person: string): void {
  for (let next = own.unpark(person); next !== undefined; next = own.unpark(person)) {
    const { event } = next;
    const parked = next;
    context.onRollback(() => own.park(person, parked));
    const freed = context.run(
      "UPDATE deliveries SET parked = 0 WHERE connector = ? AND event = ? AND parked = 1 AND state = 'waiting'",
      ...[connector, event],
    );
    if (freed > 0) return;
  }
}
