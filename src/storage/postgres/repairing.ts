/** A person's hand: replay, discard, pause, resume. */
import type { Act } from "../contract/audit.ts";
import { type ConnectorState, READY } from "../contract/connectors.ts";
import type { DeliveryState } from "../contract/deliveries.ts";
import type { DeliveryFilter, RepairReport } from "../contract/ledger.ts";
import { DISCARDABLE, pausedBy, REPLAYABLE, sorted, WAITS_ANEW } from "../rules/repairing.ts";
import { stateColumns, stateOf } from "../rules/rows.ts";
import { noteAct } from "./audit.ts";
import { lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { conditionsOf, LEDGER } from "./filters.ts";
import { letGo } from "./turns.ts";
import { NOW, type Row, STILL_WAITS } from "./values.ts";

type RepairingOperations = Pick<Operations, "replay" | "discard" | "pause" | "resume">;

const REPLAY = `${WAITS_ANEW}, due_at = ${NOW}, parked = false, generation = d.generation + 1, class = NULL, journaled = false,
  journal_by = NULL, journal_until = NULL`;
const DISCARD = `state = 'discarded', parked = false, settled_at = ${NOW}`;

/** What becomes of a delivery, as SQL over `d`. */
export const CHANGES = { replay: REPLAY, discard: DISCARD } as const;

export function repairingOperations({ transact }: Context): RepairingOperations {
  return {
    replay: (filter, act) => transact("leisure", (transaction) => repair(transaction, filter, act, REPLAYABLE, REPLAY)),

    discard: (filter, act) =>
      transact("leisure", (transaction) => repair(transaction, filter, act, DISCARDABLE, DISCARD)),

    pause: (name, act, why) =>
      transact("work", (transaction) => setState(transaction, name, pausedBy(act.actor.name, why), act)),

    resume: (name, act) =>
      transact("work", async (transaction) => {
        if (!(await exists(transaction, name))) return false;
        const { id, row } = await lockConnector(transaction, name, "UPDATE");
        const held = stateOf(row).held.map(({ event }) => event);
        await transaction.run(
          `UPDATE deliveries SET due_at = ${NOW} WHERE connector = $1 AND event = ANY($2::bigint[]) AND ${STILL_WAITS}`,
          ...[id, held],
        );
        return setState(transaction, name, READY, act);
      }),
  };
}

async function exists({ one }: Transaction, name: string): Promise<boolean> {
  return (await one("SELECT 1 FROM connectors WHERE name = $1", name)) !== undefined;
}

async function setState(transaction: Transaction, name: string, state: ConnectorState, act: Act): Promise<boolean> {
  const changed = await transaction.run(
    `UPDATE connectors SET state = $1, put_off = $2, version = version + 1, since = ${NOW}, probe_at = NULL WHERE name = $3`,
    ...[...stateColumns(state), name],
  );
  await noteAct(transaction, act, changed);
  return changed > 0;
}

/**
 * Changes those that a filter names and that are in one of these states, or counts them.
 * Without any condition, what is waiting or dead is meant.
 */
async function repair(
  transaction: Transaction,
  filter: DeliveryFilter,
  act: Act | "dry run",
  states: readonly DeliveryState[],
  assignments: string,
): Promise<RepairReport> {
  // in the way of every take: nobody claims meanwhile what is discarded here
  if (act !== "dry run") await transaction.rows("SELECT 1 FROM connectors ORDER BY id FOR UPDATE");
  const left = await leftAlone(transaction, filter, states);
  const { clause, values } = conditionsOf(filter, { clause: "d.state = ANY($1::text[])", values: [states] });
  const meant = `FROM deliveries d JOIN connectors c ON c.id = d.connector JOIN events e ON e.seq = d.event ${clause}`;
  if (act === "dry run") {
    const counted = await transaction.one(`SELECT count(*) AS n ${meant}`, ...values);
    return { changed: Number(counted?.n), left };
  }
  const changed = await transaction.rows(
    `UPDATE deliveries d SET ${assignments} FROM (SELECT d.event, d.connector ${meant} ORDER BY d.event, d.connector) m
     WHERE d.event = m.event AND d.connector = m.connector RETURNING d.connector, d.person`,
    ...values,
  );
  await letOthersGo(transaction, changed);
  await noteAct(transaction, act, changed.length);
  return { changed: changed.length, left };
}

async function leftAlone({ rows }: Transaction, filter: DeliveryFilter, states: readonly DeliveryState[]) {
  if (filter.ids === undefined) return [];
  const { clause, values } = conditionsOf(filter);
  const found = await rows(`${LEDGER} ${clause}`, ...values);
  return sorted(filter.ids, found, states).left;
}

/** After persons' deliveries have changed (`connector`, `person`): whoever has the next turn may go. */
export async function letOthersGo(transaction: Transaction, changed: readonly Row[]): Promise<void> {
  const connectors = await transaction.rows("SELECT id, writes FROM connectors");
  const byConnector = Map.groupBy(changed, (row) => Number(row.connector));
  for (const { id, writes } of connectors) {
    const persons = new Set(byConnector.get(Number(id))?.map(({ person }) => String(person)));
    if (persons.size === 0) continue;
    await letGo(transaction, { id: Number(id), writes }, "SELECT unnest($2::bigint[])", [...persons]);
  }
}
