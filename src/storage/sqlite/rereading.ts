/** Raw callbacks read once more, and what follows for events that were read otherwise before. */
import type { Correction } from "../contract/ledger.ts";
import { behindCallback, fitting, PAGE_BYTES } from "../rules/bounds.ts";
import { WAITS_ANEW } from "../rules/repairing.ts";
import { callbackOf, knownOf, numberOrNull } from "../rules/rows.ts";
import { noteAct } from "./audit.ts";
import type { AllClaims } from "./claims.ts";
import type { Context, Operations } from "./context.ts";
import { addWaiting } from "./counting.ts";

type RereadingOperations = Pick<Operations, "callbacks" | "known" | "correct">;

export function rereadingOperations(context: Context, claims: AllClaims): RereadingOperations {
  const { all, one, run, now } = context;

  function correctOne({ seq, operator, byAdmin, again }: Correction): number {
    run("UPDATE events SET operator = ?, by_admin = ? WHERE seq = ?", operator, byAdmin ? 1 : 0, seq);
    let waiting = 0;
    for (const { connector, note } of again) {
      const id = Number(one("SELECT id FROM connectors WHERE name = ?", connector)?.id ?? 0);
      const changed = run(
        `UPDATE deliveries SET ${WAITS_ANEW}, due_at = ?, generation = generation + 1, reason = NULL, note = ?
         WHERE connector = ? AND event = ? AND state = 'skipped'`,
        ...[now(), note, id, seq],
      );
      if (changed > 0) addWaiting(context, id, changed);
      waiting += changed;
    }
    return waiting;
  }

  return {
    callbacks({ since, after, limit }) {
      const page = `FROM callbacks WHERE seq > ? AND seq <= (SELECT upto FROM reading) AND received_at >= ? ORDER BY seq LIMIT ?`;
      const behind = behindCallback(after);
      const sizes = all(`SELECT length(body) AS size ${page}`, behind, since, limit).map(({ size }) => Number(size));
      return {
        callbacks: all(`SELECT * ${page}`, behind, since, fitting(sizes, PAGE_BYTES)).map(callbackOf),
        prunedBefore: numberOrNull(one("SELECT received_before FROM pruned")?.received_before),
      };
    },

    known: (events) =>
      events.flatMap(({ id, eventTime }) => {
        const row = one(
          "SELECT seq, id, callback, operator, by_admin FROM events WHERE event_time = ? AND id = ?",
          eventTime,
          id,
        );
        return row === undefined ? [] : [knownOf(row)];
      }),

    correct(corrections, act) {
      const waiting = corrections.reduce((sum, correction) => sum + correctOne(correction), 0);
      noteAct(context, act, corrections.length);
      if (waiting > 0) claims.forgetClear();
      return waiting;
    },
  };
}
