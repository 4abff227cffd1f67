/** A person's hand: replay, discard, pause, resume. Called beside a running bridge, in short transactions. */
import type { Act } from "../contract/audit.ts";
import { type ConnectorState, READY } from "../contract/connectors.ts";
import type { DeliveryState } from "../contract/deliveries.ts";
import type { DeliveryFilter, RepairReport } from "../contract/ledger.ts";
import { DISCARDABLE, meantStates, pausedBy, REPLAYABLE, type Sorted, sorted, WAITS_ANEW } from "../rules/repairing.ts";
import { stateColumns, stateOf } from "../rules/rows.ts";
import { noteAct } from "./audit.ts";
import type { AllClaims } from "./claims.ts";
import { connectorRow } from "./connectors.ts";
import type { Context, Operations, Row } from "./context.ts";
import { openRecount } from "./counting.ts";
import { conditionsOf, connectorsOf, ledgerOf } from "./filters.ts";
import { freeNext, personOf } from "./order.ts";

type RepairingOperations = Pick<Operations, "replay" | "discard" | "pause" | "resume">;

/** Changes deliveries one by one; each returns how many it has changed. */
export interface DeliveryChanges {
  replay(row: Row): number;
  discard(row: Row): number;
  /** To be called after the last one, in the same transaction. */
  count(): void;
}

/** Rows have `connector`, `event`, `state` and `settled_at`, and where they wait their person. */
export function openChanges(context: Context): DeliveryChanges {
  const { run, now } = context;
  const recount = openRecount(context);
  return {
    replay(row) {
      const connector = Number(row.connector);
      const changed = run(
        `UPDATE deliveries SET ${WAITS_ANEW}, due_at = ?, generation = generation + 1, class = NULL, journaled = 0
         WHERE connector = ? AND event = ? AND state = 'dead'`,
        ...[now(), connector, Number(row.event)],
      );
      if (changed === 0) return 0;
      recount.waits(connector, 1);
      recount.livesAgain(connector, Number(row.settled_at));
      return 1;
    },

    discard(row) {
      const connector = Number(row.connector);
      const changed = run(
        `UPDATE deliveries SET state = 'discarded', parked = NULL, settled_at = ?
         WHERE connector = ? AND event = ? AND state IN ('dead', 'waiting')`,
        ...[now(), connector, Number(row.event)],
      );
      if (changed === 0) return 0;
      if (row.state === "waiting") {
        recount.waits(connector, -1);
        freeNext(context, connector, personOf(row));
      } else recount.livesAgain(connector, Number(row.settled_at));
      return 1;
    },

    count: recount.write,
  };
}

export function repairingOperations(context: Context, claims: AllClaims): RepairingOperations {
  return {
    replay(filter, act) {
      const report = change(context, sort(context, filter, REPLAYABLE), act, "replay");
      if (report.changed > 0) claims.forgetClear();
      return report;
    },

    discard: (filter, act) => change(context, sort(context, filter, DISCARDABLE), act, "discard"),

    pause: (name, act, why) => setState(context, name, pausedBy(act.actor.name, why), act),

    resume(name, act) {
      const row = connectorRow(context, name);
      if (row === undefined) return false;
      for (const { event } of stateOf(row).held) {
        context.run(
          "UPDATE deliveries SET due_at = ? WHERE connector = ? AND event = ? AND state = 'waiting'",
          ...[context.now(), Number(row.id), event],
        );
      }
      return setState(context, name, READY, act);
    },
  };
}

function find(context: Context, filter: DeliveryFilter): Row[] {
  const { sql, values } = conditionsOf(context, filter);
  return connectorsOf(context, filter).flatMap(({ id }) =>
    context.all(`${ledgerOf(filter)} WHERE d.connector = ?${sql}`, Number(id), ...values),
  );
}

/** What of a filter may be changed, and of what was asked for by id and is left alone, why. */
function sort(context: Context, filter: DeliveryFilter, states: readonly DeliveryState[]): Sorted<Row> {
  if (filter.ids !== undefined) return sorted(filter.ids, find(context, filter), states);
  const meant = meantStates(filter, states).flatMap((state) => find(context, { ...filter, states: [state] }));
  return { meant, left: [] };
}

function change(
  context: Context,
  { meant, left }: Sorted<Row>,
  act: Act | "dry run",
  repair: "replay" | "discard",
): RepairReport {
  if (act === "dry run") return { changed: meant.length, left };
  const changes = openChanges(context);
  const changed = meant.reduce((sum, row) => sum + changes[repair](row), 0);
  changes.count();
  noteAct(context, act, changed);
  return { changed, left };
}

function setState(context: Context, name: string, state: ConnectorState, act: Act): boolean {
  const changed = context.run(
    "UPDATE connectors SET state = ?, put_off = ?, version = version + 1, since = ?, probe_at = NULL WHERE name = ?",
    ...[...stateColumns(state), context.now(), name],
  );
  noteAct(context, act, changed);
  return changed > 0;
}
