/** Claims what is due. */
import { randomUUID } from "node:crypto";
import type { ConnectorRow } from "../contract/connectors.ts";
import { tick } from "../rules/connector-clock.ts";
import { connectorOf, takenOf } from "../rules/rows.ts";
import { gateOf, nothing, turnOf } from "../rules/taking.ts";
import type { AllClaims, Claims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting } from "./counting.ts";
import { COMPANY, freeNextOf, openOrder, park, personOf, placeOf } from "./order.ts";
import { releaseUnheld } from "./releasing.ts";

/** Before first attempts and ordinary retries nothing slow is looked at. */
const LANES = [0, 1];
/** One take looks at no more than this, so that one person's crowd makes nobody wait. */
const MOST_LOOKED_AT = 1_000;
/** Among so many that are due first, a probe looks for one that was never attempted. */
const PROBE_WINDOW = 1_000;

/** A take begins at the start of the queue when none has for so many milliseconds: something there may be free again. */
const LOOK_BACK_MS = 1_000;

// ?1 the connector, ?2 how many. With those that are held already: to leave them out here would cost more than to drop them
const DUE = `SELECT event, due_at FROM deliveries WHERE connector = ?1 AND state = 'waiting' AND parked IS NULL AND lane = ?3
  AND due_at <= ?4 AND (due_at, event) > (?5, ?6) ORDER BY due_at, event LIMIT ?2`;
const FRESH = `SELECT event FROM (
    SELECT event, due_at, last_attempt_at FROM deliveries WHERE connector = ?1 AND state = 'waiting' AND parked IS NULL AND lane = 0
    ORDER BY due_at, event LIMIT ${PROBE_WINDOW})
  WHERE last_attempt_at IS NULL ORDER BY due_at, event LIMIT ?2`;
const TRIED = `SELECT event FROM deliveries WHERE connector = ?1 AND state = 'waiting' AND parked IS NULL AND last_attempt_at IS NOT NULL
  ORDER BY last_attempt_at, event LIMIT ?2`;
// `+ 0`: a join that compares a bare parameter is planned anew for each execution, which costs ten times as much. SQLite wants
// to know whether its value fits its partial indexes
const CANDIDATES = `SELECT d.attempts, d.generation, d.first_attempt_clock, c.origin, ${EVENT}, ${COMPANY}
  FROM json_each(?2) j CROSS JOIN deliveries d ON d.connector = ?1 + 0 AND d.event = j.value
  JOIN events e ON e.seq = d.event JOIN connectors c ON c.id = d.connector
  WHERE d.state = 'waiting' AND d.parked IS NULL ORDER BY j.key`;

/** A take under way. */
interface Take {
  readonly id: number;
  readonly own: Claims;
  readonly token: string;
  readonly limit: number;
  readonly supersedes: boolean;
  readonly rows: Row[];
  /** Events that a newer one of these rows has superseded. */
  readonly gone: Set<number>;
  superseded: number;
  lookedAt: number;
}

/** Where candidates come from: their events, in order, at most `limit` of them. */
type Source = (limit: number) => Row[];

const free = ({ held }: Claims, rows: readonly Row[]): Row[] => rows.filter(({ event }) => !held.has(Number(event)));

/** The first rows of a source whose events nobody holds, as many as are wanted. */
function firstFree(own: Claims, source: Source, wanted: number): Row[] {
  return free(own, source(wanted + own.held.size)).slice(0, wanted);
}

export function takingOperations(context: Context, claims: AllClaims): Pick<Operations, "take"> {
  const { all, one, run, now } = context;
  const order = openOrder(context, claims);

  /** Moves the connector's own clock on. */
  function moveClock(row: Row, connector: ConnectorRow): ConnectorRow {
    const at = now();
    const { clockTickMs: tickMs } = context;
    const ran = tick(connector, { at, lastAt: Number(row.clock_at), waits: Number(row.waiting) > 0, tickMs });
    if (ran === undefined) return connector;
    run("UPDATE connectors SET clock = clock + ?, clock_at = ? WHERE id = ?", ran, at, Number(row.id));
    return { ...connector, clock: connector.clock + ran };
  }

  /** What is due by then, from the start of the queue. */
  function fromStart(id: number, lane: number, at: number): Source {
    return (limit) => all(DUE, id, limit, lane, at, 0, 0);
  }

  /**
   * What is due and free. A long queue is not walked from its start, through all that is held, for each look: it goes on where
   * the last one ended, unless that was too long ago, or less than wanted lies behind.
   */
  function due(own: Claims, id: number, lane: number, at: number, wanted: number): Row[] {
    const mark = own.marks.get(lane);
    const isRecent = mark !== undefined && at - mark.since < LOOK_BACK_MS;
    const behind = isRecent ? free(own, all(DUE, id, wanted, lane, at, mark.dueAt, mark.event)) : [];
    const isEnough = isRecent && behind.length === wanted;
    const rows = isEnough ? behind : firstFree(own, fromStart(id, lane, at), wanted);
    const last = rows.at(-1);
    if (last !== undefined) {
      const since = isEnough ? mark.since : at;
      own.marks.set(lane, { dueAt: Number(last.due_at), event: Number(last.event), since });
    }
    return rows;
  }

  /** When the first that nobody holds is due. */
  function nextDue(id: number, own: Claims): number | null {
    const first = LANES.flatMap((lane) => firstFree(own, fromStart(id, lane, Number.MAX_SAFE_INTEGER), 1));
    const times = first.map(({ due_at }) => Number(due_at));
    return times.length === 0 ? null : Math.min(...times);
  }

  function collect(taking: Take, source: Source): void {
    const { rows, limit } = taking;
    // again as long as something was in the way: each time fewer are left
    for (let moved = true; moved && rows.length < limit && taking.lookedAt < MOST_LOOKED_AT; ) {
      moved = false;
      for (const row of candidates(taking, source)) {
        // one before it has taken it along
        if (taking.gone.has(Number(row.e_seq))) continue;
        taking.lookedAt += 1;
        if (!consider(taking, row)) moved = true;
      }
    }
  }

  function candidates({ id, rows, limit }: Take, source: Source): Row[] {
    const events = source(limit - rows.length).map(({ event }) => event);
    return all(CANDIDATES, id, JSON.stringify(events));
  }

  /** Claims a delivery; or takes it out of the way, and returns false. */
  function consider(taking: Take, row: Row): boolean {
    const { id, own, supersedes } = taking;
    const isBehind = () => own.holds(personOf(row)) || blocked(taking, row);
    switch (turnOf(supersedes && order.overtaken(id, row), isBehind)) {
      case "supersede":
        supersede(taking, row);
        return false;
      case "park":
        park(context, own, id, row);
        return false;
      case "claim":
        claim(taking, row);
        return true;
    }
  }

  function blocked(taking: Take, row: Row): boolean {
    if (!order.blocked(taking.id, row)) return false;
    if (!taking.supersedes) return true;
    // a newer wish does not wait for the retry of one that it makes pointless
    const gone = order.supersedeOlder(taking.id, row);
    if (gone.length === 0) return true;
    for (const event of gone) taking.gone.add(event);
    addWaiting(context, taking.id, -gone.length);
    taking.superseded += gone.length;
    // another of theirs may have stood behind one of those
    freeNextOf(context, taking.own, taking.id, personOf(row));
    return order.blocked(taking.id, row);
  }

  function claim({ own, token, rows }: Take, row: Row): void {
    const event = Number(row.e_seq);
    own.claim(event, { token, person: personOf(row), turn: placeOf(row) });
    context.onRollback(() => own.end(event, token));
    rows.push(row);
  }

  function supersede(taking: Take, row: Row): void {
    const { id, own } = taking;
    run(
      "UPDATE deliveries SET state = 'superseded', settled_at = ? WHERE connector = ? AND event = ?",
      ...[now(), id, Number(row.e_seq)],
    );
    addWaiting(context, id, -1);
    taking.superseded += 1;
    freeNextOf(context, own, id, personOf(row));
  }

  return {
    take(name, limit, probeLimit, _leaseMs, token = randomUUID(), holder) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      if (row === undefined) throw new Error(`there is no connector "${name}" in the store`);
      const id = Number(row.id);
      const own = claims.of(id);
      if (holder !== undefined) releaseUnheld(context, own, row, holder);
      const at = now();
      const connector = moveClock(row, connectorOf(row));
      const gate = gateOf(connector, { at, limit, probeLimit, probing: own.probe !== undefined });
      if (gate.tag === "closed") return nothing(connector, gate.waitMs);
      const { probe } = gate;
      const taking: Take = {
        ...{ id, own, token, rows: [], gone: new Set(), superseded: 0, lookedAt: 0 },
        limit: gate.limit,
        supersedes: row.writes === "state",
      };
      const sources: Source[] = probe
        ? [FRESH, TRIED].map((sql) => (wanted) => firstFree(own, (limit) => all(sql, id, limit), wanted))
        : LANES.map((lane) => (wanted) => due(own, id, lane, at, wanted));
      for (const source of sources) collect(taking, source);
      const { rows, superseded } = taking;
      if (rows.length === 0) return nothing(connector, waitMs(taking, at, probe), superseded);
      if (probe) beginProbe(own, token);
      return { token, connector, deliveries: rows.map(takenOf), probe, waitMs: 0, superseded };
    },
  };

  function waitMs({ id, own, lookedAt }: Take, at: number, probe: boolean): number | null {
    if (lookedAt >= MOST_LOOKED_AT) return 0;
    // a probe would have taken what is not due as well: there is nothing
    if (probe) return null;
    const next = nextDue(id, own);
    return next === null ? null : Math.max(0, next - at);
  }

  function beginProbe(own: Claims, token: string): void {
    own.probe = token;
    context.onRollback(() => {
      own.probe = undefined;
    });
  }
}
