/** What became of deliveries, written. */
import type { Settlement } from "../contract.ts";
import { wholeMs } from "../whole-ms.ts";
import type { Context } from "./context.ts";

/** The connector that deliveries are settled for. */
export interface SettledConnector {
  readonly id: number;
  /** Its own clock, in milliseconds. */
  readonly clock: number;
}

export interface Verdicts {
  /** False when it waits no longer: a person has discarded it. `attempted`: whether this was an attempt. */
  write(connector: SettledConnector, settlement: Settlement, attempted: boolean): boolean;
  /** The same for attempts at many deliveries. Returns the events of those that waited. */
  writeAll(connector: SettledConnector, settlements: readonly Settlement[]): ReadonlySet<number>;
}

const LANES = { normal: 0, slow: 1 } as const;

/** Failed attempts that the ledger remembers. */
const HISTORY = 20;

export function openVerdicts({ all, run, now }: Context): Verdicts {
  function write({ id, clock }: SettledConnector, settlement: Settlement, attempted: boolean): boolean {
    const at = now();
    const where = [id, settlement.event] as const;
    const tried = attempted ? 1 : 0;
    const reason = "reason" in settlement ? JSON.stringify(settlement.reason) : null;
    const failure = attempted && reason !== null ? `{"at":${at},"reason":${reason}}` : null;
    // one statement for all: what a delivery has been through, then what it is now
    const written = run(
      `UPDATE deliveries SET
         attempts = attempts + ?1,
         first_attempt_at = CASE WHEN ?1 THEN coalesce(first_attempt_at, ?2) ELSE first_attempt_at END,
         first_attempt_clock = CASE WHEN ?1 THEN coalesce(first_attempt_clock, ?3) ELSE first_attempt_clock END,
         last_attempt_at = CASE WHEN ?1 THEN ?2 ELSE last_attempt_at END,
         history = CASE WHEN ?4 IS NULL THEN history
           WHEN json_array_length(history) >= ${HISTORY} THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(?4))
           ELSE json_insert(coalesce(history, '[]'), '$[#]', json(?4)) END,
         reason = ?5, note = ?6, state = ?7, class = ?8, parked = NULL,
         lane = ?9, due_at = ?10, settled_at = CASE ?7 WHEN 'waiting' THEN NULL ELSE ?2 END, journaled = 0
       WHERE connector = ?11 AND event = ?12 AND state = 'waiting'`,
      ...[tried, at, clock, failure, reason],
      settlement.to === "delivered" ? (settlement.note ?? null) : null,
      settlement.to,
      settlement.to === "dead" ? settlement.class : null,
      settlement.to === "waiting" ? LANES[settlement.lane] : 0,
      settlement.to === "waiting" ? at + wholeMs(settlement.delayMs) : at,
      ...where,
    );
    return written > 0;
  }

  /** What becomes of most, in one statement: by itself, each would cost half as much again. */
  function writeDelivered({ id, clock }: SettledConnector, note: string | null, events: readonly number[]): number[] {
    const written = all(
      `UPDATE deliveries SET
         attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ?1),
         first_attempt_clock = coalesce(first_attempt_clock, ?2), last_attempt_at = ?1,
         reason = NULL, note = ?3, state = 'delivered', class = NULL, parked = NULL,
         lane = 0, due_at = ?1, settled_at = ?1, journaled = 0
       WHERE connector = ?4 AND event IN (SELECT value FROM json_each(?5)) AND state = 'waiting' RETURNING event`,
      ...[now(), clock, note, id, JSON.stringify(events)],
    );
    return written.map(({ event }) => Number(event));
  }

  return {
    write,
    writeAll(connector, settlements) {
      const written = new Set<number>();
      const byNote = new Map<string | null, number[]>();
      for (const settlement of settlements) {
        if (settlement.to === "delivered") {
          const note = settlement.note ?? null;
          const events = byNote.get(note) ?? [];
          byNote.set(note, events);
          events.push(settlement.event);
        } else if (write(connector, settlement, settlement.to !== "waiting" || settlement.attempted)) {
          written.add(settlement.event);
        }
      }
      for (const [note, events] of byNote) {
        for (const event of writeDelivered(connector, note, events)) written.add(event);
      }
      return written;
    },
  };
}
