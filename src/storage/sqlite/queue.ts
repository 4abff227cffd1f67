/** What is due of a connector and free, and where a look for it begins. */
import type { ConnectorClaims } from "./claims.ts";
import type { Context, Row } from "./context.ts";

/** Before first attempts and ordinary retries nothing slow is looked at. */
const LANES = [0, 1];
/** Among so many that are due first, a probe looks for one that was never attempted. */
const PROBE_WINDOW = 1_000;
/** A take begins at the start of the queue when none has for so many milliseconds: something there may be free again. */
const LOOK_BACK_MS = 1_000;

// ?1 the connector, ?2 how many; `+ 0` as it is said in candidates.ts. With those that are held already: to leave them out here would cost more than to drop them
const DUE = `SELECT event, due_at FROM deliveries WHERE connector = ?1 + 0 AND state = 'waiting' AND parked IS NULL AND lane = ?3 + 0
  AND due_at <= ?4 AND (due_at, event) > (?5, ?6) ORDER BY due_at, event LIMIT ?2 + 0`;
const FRESH = `SELECT event FROM (
    SELECT event, due_at, last_attempt_at FROM deliveries WHERE connector = ?1 + 0 AND state = 'waiting' AND parked IS NULL AND lane = 0
    ORDER BY due_at, event LIMIT ${PROBE_WINDOW})
  WHERE last_attempt_at IS NULL ORDER BY due_at, event LIMIT ?2 + 0`;
const TRIED = `SELECT event FROM deliveries WHERE connector = ?1 + 0 AND state = 'waiting' AND parked IS NULL AND last_attempt_at IS NOT NULL
  ORDER BY last_attempt_at, event LIMIT ?2 + 0`;

/** Where candidates come from: rows with their `event`, in order, at most `wanted` of them, none of them held. */
export type Source = (wanted: number) => Row[];

type Reading = Pick<Context, "all">;

/** One source for each lane. */
export function dueSources(context: Reading, own: ConnectorClaims, connector: number, at: number): Source[] {
  return LANES.map((lane) => (wanted) => due(context, own, { connector, lane, at }, wanted));
}

/** For a probe: what was never attempted, due or not; then what was attempted longest ago. */
export function probeSources({ all }: Reading, own: ConnectorClaims, connector: number): Source[] {
  return [FRESH, TRIED].map((sql) => (wanted) => firstFree(own, (limit) => all(sql, connector, limit), wanted));
}

/** When the first that nobody holds is due, in milliseconds since 1970; null when there is none. */
export function nextDue(context: Reading, own: ConnectorClaims, connector: number): number | null {
  const at = Number.MAX_SAFE_INTEGER;
  const first = LANES.flatMap((lane) => firstFree(own, fromStart(context, { connector, lane, at }), 1));
  const times = first.map(({ due_at }) => Number(due_at));
  return times.length === 0 ? null : Math.min(...times);
}

interface Queue {
  readonly connector: number;
  readonly lane: number;
  /** What is due by then. */
  readonly at: number;
}

/**
 * What is due and free. A long queue is not walked from its start, through all that is held, for each look: it goes on where
 * the last one ended, unless that was too long ago, or less than wanted lies behind. A short one is, since all of it is seen at once.
 */
function due(context: Reading, own: ConnectorClaims, queue: Queue, wanted: number): Row[] {
  const { connector, lane, at } = queue;
  const mark = own.marks.get(lane);
  const isRecent = mark !== undefined && at - mark.since < LOOK_BACK_MS;
  const behind = isRecent ? free(own, context.all(DUE, connector, wanted, lane, at, mark.dueAt, mark.event)) : [];
  const isEnough = isRecent && behind.length === wanted;
  const rows = isEnough ? behind : firstFree(own, fromStart(context, queue), wanted);
  const last = rows.length === wanted ? rows.at(-1) : undefined;
  if (last === undefined) own.marks.delete(lane);
  else {
    const since = isEnough ? mark.since : at;
    own.marks.set(lane, { dueAt: Number(last.due_at), event: Number(last.event), since });
  }
  return rows;
}

function fromStart({ all }: Reading, { connector, lane, at }: Queue): (limit: number) => Row[] {
  return (limit) => all(DUE, connector, limit, lane, at, 0, 0);
}

const free = ({ held }: ConnectorClaims, rows: readonly Row[]): Row[] =>
  rows.filter(({ event }) => !held.has(Number(event)));

/** The first whose events nobody holds, as many as are wanted. */
function firstFree(own: ConnectorClaims, read: (limit: number) => Row[], wanted: number): Row[] {
  return free(own, read(wanted + own.held.size)).slice(0, wanted);
}
