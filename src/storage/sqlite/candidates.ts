/** Looks at candidates in their order, and claims those whose turn it is. */
import { turnOf } from "../rules/taking.ts";
import type { ConnectorClaims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import type { Context, Row } from "./context.ts";
import { addWaiting } from "./counting.ts";
import { isDense } from "./dense.ts";
import { COMPANY, freeNextOf, type Order, park, personOf, rowPlace } from "./order.ts";
import type { Source } from "./queue.ts";

/** One take looks at no more than this, so that one person's crowd makes nobody wait. */
const MOST_LOOKED_AT = 1_000;

const COLUMNS = `d.attempts, d.generation, d.first_attempt_clock, c.origin, ${EVENT}, ${COMPANY}`;
// `+ 0`: a statement with a bare parameter in a LIMIT, or beside a partial index, is planned anew for each execution, which costs ten
// times as much. SQLite looks at its value then
const CANDIDATES = `SELECT ${COLUMNS}
  FROM json_each(?2) j CROSS JOIN deliveries d ON d.connector = ?1 + 0 AND d.event = j.value
  JOIN events e ON e.seq = d.event JOIN connectors c ON c.id = d.connector
  WHERE d.state = 'waiting' AND d.parked IS NULL ORDER BY j.key`;
// two thirds of the time of the same by a list
const CANDIDATES_BETWEEN = `SELECT ${COLUMNS}
  FROM connectors c CROSS JOIN deliveries d ON d.connector = ?1 + 0 AND d.event BETWEEN ?2 AND ?3 CROSS JOIN events e ON e.seq = d.event
  WHERE c.id = ?1 + 0 AND d.state = 'waiting' AND d.parked IS NULL ORDER BY d.event`;

/** Who takes, and how much. */
export interface Taker {
  /** The connector's. */
  readonly id: number;
  readonly own: ConnectorClaims;
  readonly token: string;
  readonly limit: number;
  readonly supersedes: boolean;
}

/** A take under way. */
export interface Take extends Taker {
  readonly context: Context;
  readonly order: Order;
  /** What it has claimed. */
  readonly rows: Row[];
  /** Events that a newer one of these rows has superseded. */
  readonly gone: Set<number>;
  superseded: number;
  lookedAt: number;
}

export function beginTake(context: Context, order: Order, taker: Taker): Take {
  const { own, token } = taker;
  const rows: Row[] = [];
  context.onRollback(() => {
    for (const { e_seq } of rows) own.end(Number(e_seq), token);
  });
  return { context, order, ...taker, rows, gone: new Set(), superseded: 0, lookedAt: 0 };
}

/** Whether it ended before it had looked at all. */
export const isCutShort = ({ lookedAt }: Take): boolean => lookedAt >= MOST_LOOKED_AT;

export function collect(taking: Take, source: Source): void {
  const { rows, limit } = taking;
  // again as long as something was in the way: each time fewer are left
  for (let moved = true; moved && rows.length < limit && !isCutShort(taking); ) {
    moved = false;
    for (const row of candidates(taking, source)) {
      // one before it has taken it along
      if (taking.gone.has(Number(row.e_seq))) continue;
      taking.lookedAt += 1;
      if (!consider(taking, row)) moved = true;
    }
  }
}

function candidates({ context, id, rows, limit }: Take, source: Source): Row[] {
  const events = source(limit - rows.length).map(({ event }) => Number(event));
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (!isDense(events)) return context.all(CANDIDATES, id, JSON.stringify(events));
  const wanted = new Set(events);
  return context.all(CANDIDATES_BETWEEN, id, first, last).filter(({ e_seq }) => wanted.has(Number(e_seq)));
}

/** Claims a delivery; or takes it out of the way, and returns false. */
function consider(taking: Take, row: Row): boolean {
  const { context, order, id, own, supersedes } = taking;
  const person = personOf(row);
  const isBehind = () => own.holds(person) || blocked(taking, row);
  switch (turnOf(supersedes && order.overtaken(id, row), isBehind)) {
    case "supersede":
      supersede(taking, row);
      return false;
    case "park":
      park(context, own, id, row);
      return false;
    case "claim":
      claim(taking, row, person);
      return true;
  }
}

function blocked(taking: Take, row: Row): boolean {
  const { context, order, id, own } = taking;
  if (!order.blocked(id, row)) return false;
  if (!taking.supersedes) return true;
  // a newer wish does not wait for the retry of one that it makes pointless
  const gone = order.supersedeOlder(id, row);
  if (gone.length === 0) return true;
  for (const event of gone) taking.gone.add(event);
  addWaiting(context, id, -gone.length);
  taking.superseded += gone.length;
  // another of theirs may have stood behind one of those
  freeNextOf(context, own, id, personOf(row));
  return order.blocked(id, row);
}

function claim({ own, token, rows }: Take, row: Row, person: string): void {
  const event = Number(row.e_seq);
  own.claim(event, { token, person, turn: rowPlace(row) });
  rows.push(row);
}

function supersede(taking: Take, row: Row): void {
  const { context, id, own } = taking;
  context.run(
    "UPDATE deliveries SET state = 'superseded', settled_at = ? WHERE connector = ? AND event = ?",
    ...[context.now(), id, Number(row.e_seq)],
  );
  addWaiting(context, id, -1);
  taking.superseded += 1;
  freeNextOf(context, own, id, personOf(row));
}
