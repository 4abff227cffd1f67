/** The events of a PostgreSQL store with what was decided about them, walked in bounded steps, newest first. */
import type { DecidedEvent } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import { decidedOf, eventsIn } from "../rules/decided.ts";
import { numberFrom } from "../rules/places.ts";
import { EVENT } from "./columns.ts";
import type { Transaction } from "./context.ts";

export async function eventsLook(
  { rows: read }: Transaction,
  since: number,
  floor: number,
  { from, rows, limit }: LookOptions,
): Promise<Look<DecidedEvent>> {
  const connectors = await read("SELECT id, name FROM connectors");
  const names = new Map(connectors.map(({ id, name }) => [Number(id), name]));
  const most = eventsIn(rows, connectors.length, limit);
  const events = await read(
    `SELECT ${EVENT} FROM events e WHERE e.seq < $1 AND e.seq >= $2 ORDER BY e.seq DESC LIMIT $3`,
    ...[from === null ? Number.MAX_SAFE_INTEGER : numberFrom(from), floor, most],
  );
  const lines = await read(
    `SELECT event, connector, state, attempts FROM deliveries WHERE event <= $1 AND event >= $2
     ORDER BY event DESC, connector DESC LIMIT $3`,
    ...[Number(events[0]?.e_seq ?? 0), Number(events.at(-1)?.e_seq ?? 0), events.length * connectors.length],
  );
  const named = lines.map((line) => ({ ...line, name: names.get(Number(line.connector)) }));
  return decidedOf(events, named, { since, most });
}
