/** A person's hand: replay, discard, pause, resume. Called beside a running bridge, in short transactions. */
import { type ConnectorState, READY, type RepairReport } from "../contract.ts";
import { conditions, LEDGER } from "./asking.ts";
import type { Context, Operations, Row } from "./context.ts";
import { deliveryId } from "./rows.ts";

type RepairingOperations = Pick<Operations, "replay" | "discard" | "retryNow" | "pause" | "resume">;

export function repairingOperations(context: Context): RepairingOperations {
  const { all, one, run, now } = context;
  const idOf = (name: string): number | undefined => {
    const id = one("SELECT id FROM connectors WHERE name = ?", name)?.id;
    return id === undefined ? undefined : Number(id);
  };

  /** Sorts what a filter names into what may be changed and what is left alone, and why. */
  function sort(filter: Parameters<Operations["replay"]>[0], states: readonly string[]) {
    const { where, values } = conditions(filter);
    const clause = where.length > 0 ? `WHERE ${where.join(" AND ")}` : `WHERE d.state IN ('dead', 'waiting')`;
    const rows = all(`${LEDGER} ${clause}`, ...values);
    const found = new Set(rows.map(deliveryId));
    const unknown = (filter.ids ?? []).filter((id) => !found.has(id)).map((id) => ({ id, why: "unknown" }));
    // without ids, what does not match was not asked for
    const others = filter.ids === undefined ? [] : rows.filter((row) => !states.includes(String(row.state)));
    return {
      meant: rows.filter((row) => states.includes(String(row.state))),
      left: [...unknown, ...others.map((row) => ({ id: deliveryId(row), why: String(row.state) }))],
    };
  }

  function repair(
    { meant, left }: ReturnType<typeof sort>,
    dryRun: boolean,
    change: (row: Row) => number,
  ): RepairReport {
    const changed = dryRun ? meant.length : meant.reduce((sum, row) => sum + change(row), 0);
    return { changed, left };
  }

  function setState(name: string, state: ConnectorState): boolean {
    return (
      run(
        "UPDATE connectors SET state = ?, version = version + 1, since = ?, probe_at = NULL WHERE name = ?",
        ...[JSON.stringify(state), now(), name],
      ) > 0
    );
  }

  return {
    replay: (filter, dryRun) =>
      repair(sort(filter, ["dead"]), dryRun, (row) =>
        run(
          `UPDATE deliveries SET state = 'waiting', lane = 0, due_at = ?, parked = 0, attempts = 0, generation = generation + 1,
             class = NULL, first_attempt_at = NULL, first_attempt_clock = NULL, settled_at = NULL, journaled = 0
           WHERE connector = ? AND event = ? AND state = 'dead'`,
          ...[now(), Number(row.connector), Number(row.event)],
        ),
      ),

    discard: (filter, dryRun) =>
      repair(sort(filter, ["dead", "waiting"]), dryRun, (row) =>
        run(
          `UPDATE deliveries SET state = 'discarded', parked = 0, settled_at = ? WHERE connector = ? AND event = ? AND state IN ('dead', 'waiting')`,
          ...[now(), Number(row.connector), Number(row.event)],
        ),
      ),

    retryNow(name) {
      const id = idOf(name);
      if (id === undefined) return 0;
      run("UPDATE connectors SET probe_at = ? WHERE id = ? AND probe_at IS NOT NULL", now(), id);
      run(
        "UPDATE deliveries SET due_at = ? WHERE connector = ? AND state = 'waiting' AND due_at > ?",
        now(),
        id,
        now(),
      );
      return Number(one("SELECT count(*) AS n FROM deliveries WHERE connector = ? AND state = 'waiting'", id)?.n ?? 0);
    },

    pause: (name) => setState(name, { status: "paused", cause: "person", failures: 0, told: false, held: [] }),

    resume(name) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      if (row === undefined) return false;
      const { held } = JSON.parse(String(row.state)) as ConnectorState;
      for (const { event } of held) {
        run(
          "UPDATE deliveries SET due_at = ? WHERE connector = ? AND event = ? AND state = 'waiting'",
          ...[now(), Number(row.id), event],
        );
      }
      return setState(name, READY);
    },
  };
}
