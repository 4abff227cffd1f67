/** The events of a SQLite store with what was decided about them, walked in bounded steps, newest first. */
import type { DecidedEvent } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import { decidedOf, eventsIn } from "../rules/decided.ts";
import { numberFrom } from "../rules/places.ts";
import { EVENT } from "./columns.ts";
import type { Row } from "./context.ts";
import type { Reading } from "./reading.ts";

export function eventsLook(
  { all }: Pick<Reading, "all">,
  since: number,
  floor: number,
  { from, rows, limit }: LookOptions,
): Look<DecidedEvent> {
  const connectors = all("SELECT id, name FROM connectors");
  const most = eventsIn(rows, connectors.length, limit);
  const events = all(
    `SELECT ${EVENT} FROM events e WHERE e.seq < ? AND e.seq >= ? ORDER BY e.seq DESC LIMIT ?`,
    ...[from === null ? Number.MAX_SAFE_INTEGER : numberFrom(from), floor, most],
  );
  const lines = connectors.flatMap(({ id, name }): Row[] =>
    all(
      `SELECT event, state, attempts FROM deliveries WHERE connector = ? AND event <= ? AND event >= ?
       ORDER BY event DESC LIMIT ?`,
      ...[Number(id), Number(events[0]?.e_seq ?? 0), Number(events.at(-1)?.e_seq ?? 0), events.length],
    ).map((line) => ({ ...line, name: name ?? null })),
  );
  return decidedOf(events, lines, { since, most });
}
