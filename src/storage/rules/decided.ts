/** Events with what was decided about them: how many a look may read, and what its rows tell. Pure. */
import type { DecidedEvent, Decision } from "../contract/ledger.ts";
import type { Look } from "../contract/looks.ts";
import { eventOf } from "./rows.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

/** How many events a look may read, since each has a line at every connector. */
export function eventsIn(rows: number, connectors: number, limit: number): number {
  return Math.max(1, Math.min(limit, Math.floor(rows / (1 + connectors))));
}

/**
 * @param events newest first; where there are `most` of them, there may be more
 * @param lines of the ledger, each with the `name` of its connector
 */
export function decidedOf(
  events: readonly Row[],
  lines: readonly Row[],
  { since, most }: { readonly since: number; readonly most: number },
): Look<DecidedEvent> {
  const byEvent = Map.groupBy(lines, ({ event }) => Number(event));
  const found = events
    .map((row) => ({ event: eventOf(row), decisions: (byEvent.get(Number(row.e_seq)) ?? []).map(decisionOf) }))
    .filter(({ event }) => event.receivedAt >= since);
  const last = events.length < most ? undefined : events.at(-1);
  return { found, looked: events.length + lines.length, next: last === undefined ? null : String(last.e_seq) };
}

function decisionOf({ name, state, attempts }: Row): Decision {
  return { connector: String(name), state: state as Decision["state"], attempts: Number(attempts) };
}
