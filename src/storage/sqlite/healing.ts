/**
 * What the former process has left to the one that serves the store now: nobody holds or blocks anything any more, and no clock
 * has jumped. A queue may be long, and callbacks come in: so it is done in steps, while the store serves. Until then a delivery
 * waits a little longer, never out of its person's turn: whether another stands before it does not depend on `parked`.
 */
import { LONGEST_DELAY_MS } from "../contract/deliveries.ts";
import type { Context, Row, StoreConnection } from "./context.ts";

export interface Healing {
  /** Does a little more. Returns whether something may be left. Call it inside a transaction. */
  step(): boolean;
}

/** Rows of one step: some milliseconds. */
const STEP = 500;
/** Rest for each millisecond of work, so that callbacks find the store free. */
const REST_FACTOR = 3;
const TRY_AGAIN_MS = 1_000;

/** In the order of their index: those that are parked again meanwhile lie behind, and are not met again. */
const PARKED = `SELECT connector, parked, turn, event FROM deliveries
  WHERE parked IS NOT NULL AND (connector, parked, turn, event) > (?1, ?2, ?3, ?4)
  ORDER BY connector, parked, turn, event LIMIT ${STEP}`;
const LET_GO = `UPDATE deliveries SET parked = NULL
  WHERE connector = ?1 AND event IN (SELECT value FROM json_each(?2)) AND parked IS NOT NULL`;
const TOO_LATE = `UPDATE deliveries SET due_at = ?1 WHERE connector = ?2 AND event IN (
  SELECT event FROM deliveries WHERE connector = ?2 AND state = 'waiting' AND parked IS NULL AND lane = ?3 AND due_at > ?1
  LIMIT ${STEP})`;

interface Place {
  readonly connector: number;
  readonly parked: string;
  readonly turn: number;
  readonly event: number;
}

const FIRST: Place = { connector: 0, parked: "", turn: 0, event: 0 };

export function openHealing(context: Context): Healing {
  const { all, run, now, onCommit } = context;
  const latest = now() + LONGEST_DELAY_MS;
  /** Up to where nothing is parked that was; undefined when all of it is let go. */
  let place: Place | undefined = FIRST;

  /** Returns whether there may be more. */
  function letGo(after: Place): boolean {
    const rows = all(PARKED, after.connector, after.parked, after.turn, after.event);
    for (const [connector, theirs] of Map.groupBy(rows, (row) => Number(row.connector))) {
      run(LET_GO, connector, JSON.stringify(theirs.map(({ event }) => event)));
    }
    const last = rows.length < STEP ? undefined : rows.at(-1);
    onCommit(() => {
      place = last && placeOf(last);
    });
    return last !== undefined;
  }

  /** After a clock that was ahead. Returns whether there may be more. */
  function hurry(): boolean {
    const ids = all("SELECT id FROM connectors").map(({ id }) => Number(id));
    const lanes = ids.flatMap((id) => [run(TOO_LATE, latest, id, 0), run(TOO_LATE, latest, id, 1)]);
    // a destination may name a day: Retry-After in full is kept, what lies beyond is a clock's doing
    run("UPDATE connectors SET probe_at = ?1 WHERE probe_at > ?1", now() + 4 * LONGEST_DELAY_MS);
    return lanes.some((changed) => changed === STEP);
  }

  return {
    step: () => (place !== undefined && letGo(place)) || hurry(),
  };
}

/** Does the first step at once, and throws when it cannot; the others beside what the store is asked. Returns what ends it. */
export function startHealing(connection: StoreConnection): () => void {
  const healing = openHealing(connection);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function round(): void {
    const started = performance.now();
    if (!connection.transact(healing.step, false)) return;
    goOnAfter(REST_FACTOR * (performance.now() - started));
  }

  function goOnAfter(ms: number): void {
    timer = setTimeout(() => {
      try {
        round();
      } catch {
        // whoever asks the store is told of its trouble
        goOnAfter(TRY_AGAIN_MS);
      }
    }, ms);
    timer.unref();
  }

  round();
  return () => clearTimeout(timer);
}

function placeOf({ connector, parked, turn, event }: Row): Place {
  return { connector: Number(connector), parked: String(parked), turn: Number(turn), event: Number(event) };
}
