/** A person's hand on deliveries and connectors: what may be changed, into what, and why the rest is left alone. Pure. */
import type { ConnectorState } from "../contract/connectors.ts";
import type { DeliveryState } from "../contract/deliveries.ts";
import type { DeliveryFilter, RepairReport } from "../contract/ledger.ts";
import { deliveryId } from "./rows.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

/** In which states a delivery can be replayed, or discarded. */
export const REPLAYABLE: readonly DeliveryState[] = ["dead"];
export const DISCARDABLE: readonly DeliveryState[] = ["dead", "waiting"];

/** Why what was read from the quarantine is not taken in: its entries are not there any more. */
export const TAKEN_BY_ANOTHER = "there is no entry with this id (any more)";

/** A person's pause, which says whose it is. @param why in their own words */
export function pausedBy(by: string, why: string | undefined): ConnectorState {
  const state = { status: "paused", cause: "person", failures: 0, told: false, held: [], by } as const;
  return why === undefined ? state : { ...state, reason: { words: why } };
}

/**
 * A delivery that waits anew, as SQL: what it has been through is another generation's. Its history stays, and whoever writes it
 * adds that it is due now. Who was unknown over there stays so until somebody is asked.
 */
export const WAITS_ANEW = `state = 'waiting', lane = CASE class WHEN 'unmatched' THEN 1 ELSE 0 END, attempts = 0, first_attempt_at = NULL, first_attempt_clock = NULL,
  settled_at = NULL`;

/** Of a filter without ids: the states that are meant. */
export function meantStates(
  { states }: DeliveryFilter,
  changeable: readonly DeliveryState[],
): readonly DeliveryState[] {
  return changeable.filter((state) => states?.includes(state) ?? true);
}

export interface Sorted<R extends Row> {
  readonly meant: readonly R[];
  readonly left: RepairReport["left"];
}

/**
 * Only what was asked for by id can be left alone; what does not match a condition was not asked for.
 * @param ids what was asked for
 * @param rows what there is of it, whatever its state
 */
export function sorted<R extends Row>(
  ids: readonly string[],
  rows: readonly R[],
  changeable: readonly DeliveryState[],
): Sorted<R> {
  const found = new Set(rows.map(deliveryId));
  const isMeant = ({ state }: R) => changeable.some((one) => one === state);
  const unknown = ids.filter((id) => !found.has(id)).map((id) => ({ id, why: "unknown" }));
  const others = rows.filter((row) => !isMeant(row)).map((row) => ({ id: deliveryId(row), why: String(row.state) }));
  return { meant: rows.filter(isMeant), left: [...unknown, ...others] };
}
