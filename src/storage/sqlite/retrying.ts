/** All that waits for a connector is due at once, in steps that intake does not feel. */
import { RETRY_PAGE, type RetryPlace, retryBehind, retryPlace } from "../rules/retrying.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Row } from "./context.ts";

const COLUMNS = "SELECT event, due_at, last_attempt_at, parked, turn FROM deliveries";
const IN_LANE = `${COLUMNS} WHERE connector = ?1 AND state = 'waiting' AND parked IS NULL AND lane = ?2
  AND (due_at, event) > (?3, ?4) ORDER BY due_at, event LIMIT ?5`;
const PARKED = `${COLUMNS} INDEXED BY deliveries_parked WHERE connector = ?1 AND parked IS NOT NULL
  AND (parked, turn, event) > (?2, ?3, ?4) ORDER BY parked, turn, event LIMIT ?5`;

export function retryingOperations(context: Context): Pick<Operations, "retryNow"> {
  const { all, one, run, now } = context;

  /** Each row's key, and what is due later than it may be. */
  function page(id: number, { queue, after, at }: RetryPlace, limit: number) {
    const rows =
      queue === "parked"
        ? all(PARKED, id, ...(after ?? ["", Number.MIN_SAFE_INTEGER, 0]), limit)
        : all(IN_LANE, id, queue, ...(after ?? [at, Number.MAX_SAFE_INTEGER]), limit);
    const keyOf = ({ event, due_at, parked, turn }: Row) =>
      queue === "parked" ? [String(parked), Number(turn), Number(event)] : [Number(due_at), Number(event)];
    const isLate = (row: Row) => Number(row.due_at) > at && Number(row.last_attempt_at ?? 0) <= at;
    return { keys: rows.map(keyOf), late: rows.filter(isLate) };
  }

  function step(id: number, place: RetryPlace): RetryPlace | null {
    let next: RetryPlace | null = place;
    for (let left = RETRY_PAGE; next !== null && left > 0; ) {
      const { keys, late } = page(id, next, left);
      for (const { event } of late) {
        const due = "UPDATE deliveries SET due_at = ? WHERE connector = ? AND event = ? AND state = 'waiting'";
        run(due, place.at, id, Number(event));
      }
      next = retryBehind(next, keys, left);
      left -= keys.length;
    }
    return next;
  }

  return {
    retryNow(name, act, from) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      if (row === undefined) return { waiting: 0, next: null };
      const id = Number(row.id);
      const place = retryPlace(from, now());
      if (from === undefined) {
        run("UPDATE connectors SET probe_at = ? WHERE id = ? AND probe_at IS NOT NULL", place.at, id);
        noteAct(context, act, 1);
      }
      const next = step(id, place);
      return {
        waiting: from === undefined ? Number(row.waiting) : 0,
        next: next === null ? null : JSON.stringify(next),
      };
    },
  };
}
