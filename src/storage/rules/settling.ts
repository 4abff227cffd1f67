/**
 * What is written of a settled delivery and of its connector. Pure. What a delivery has been through is added to in the
 * statement that writes it: to read it before would cost a statement for each settlement, on the hottest path there is.
 */
import type { ConnectorRow, Differing, StateChange } from "../contract/connectors.ts";
import type { DeadClass, DeliveryState, Proof, Settlement, SettleRequest } from "../contract/deliveries.ts";
import { stateColumns } from "./rows.ts";
import { wholeMs } from "./whole-ms.ts";

/** Failed attempts that the ledger remembers, the latest. */
export const HISTORY = 20;
/** Between the notes of one delivery. */
export const BETWEEN_NOTES = "; ";

const LANES = { normal: 0, slow: 1, same: null } as const;

/** A delivery's columns after its settlement, and what is added to those that grow. */
export interface SettledColumns {
  readonly event: number;
  /** Whether it was really sent: one more attempt. */
  readonly tried: boolean;
  /** When; `null`: nothing of it is written. The attempt that delivered was when it was settled, and is read from there. */
  readonly triedAt: number | null;
  /** Added to the history: JSON of an `Attempt`; `null`: nothing is. */
  readonly failure: string | null;
  /** Added to what the ledger says of it; `null`: nothing is. */
  readonly note: string | null;
  readonly state: DeliveryState;
  /** Why it is dead, or what is proven of its delivery. */
  readonly class: DeadClass | Proof | null;
  /** JSON. */
  readonly reason: string | null;
  /** `null`: as before. */
  readonly lane: 0 | 1 | null;
  /** 0, which takes no room, once it is settled. */
  readonly dueAt: number;
  /** `null` while it waits. */
  readonly settledAt: number | null;
}

/**
 * @param at the store's clock, milliseconds since 1970
 * @param held whether somebody holds the delivery; what is decided without a claim does not count as another attempt
 */
export function settledColumns(settlement: Settlement, at: number, held: boolean): SettledColumns {
  const waits = settlement.to === "waiting";
  const tried = held && (!waits || settlement.attempted);
  const reason = "reason" in settlement ? JSON.stringify(settlement.reason) : null;
  return {
    event: settlement.event,
    tried,
    triedAt: tried && settlement.to !== "delivered" ? at : null,
    failure: tried && reason !== null ? `{"at":${at},"reason":${reason}}` : null,
    note: settlement.to === "delivered" ? (settlement.note ?? null) : null,
    state: settlement.to,
    class: classOf(settlement),
    reason,
    lane: waits ? LANES[settlement.lane] : LANES.normal,
    dueAt: waits ? at + wholeMs(settlement.delayMs) : 0,
    settledAt: waits ? null : at,
  };
}

/** One column for both, since the states exclude each other: what is proven costs no column of a large table. */
function classOf(settlement: Settlement): SettledColumns["class"] {
  if (settlement.to === "dead") return settlement.class;
  return settlement.to === "delivered" ? (settlement.proof ?? null) : null;
}

/** A state that was computed from another version than there is now: nothing is written. */
export function isStale(
  { change }: Pick<SettleRequest, "change">,
  { version }: Pick<ConnectorRow, "version">,
): boolean {
  return change !== undefined && change.from !== version;
}

/**
 * Who holds none of what it settles has nothing to say about the connector either: what it found out may be old.
 * @param held how many of the settlements its token holds
 */
export function isLate({ settlements }: Pick<SettleRequest, "settlements">, held: number): boolean {
  return settlements.length > 0 && held === 0;
}

/** What is known of deliveries that differ, with some more of them; JSON. @param at milliseconds since 1970 */
export function moreDiffering(
  before: ConnectorRow["differing"],
  { count, note }: NonNullable<SettleRequest["differing"]>,
  at: number,
): string {
  const all: Differing = { count: (before?.count ?? 0) + count, since: before?.since ?? at, at, note };
  return JSON.stringify(all);
}

/** A connector's columns after a change of its state; its version grows by one. */
export interface StateColumns {
  readonly state: string;
  readonly putOff: string | null;
  readonly since: number;
  readonly probeAt: number | null;
}

/** @param at the store's clock, milliseconds since 1970: one look at it, so that the probe is due so long after the state began */
export function changedState(
  before: Pick<ConnectorRow, "state" | "since">,
  { state, probeInMs }: Omit<StateChange, "from">,
  at: number,
): StateColumns {
  const isSame = before.state.status === state.status && before.state.cause === state.cause;
  const [document, putOff] = stateColumns(state);
  return {
    state: document,
    putOff,
    since: isSame ? before.since : at,
    probeAt: state.status === "ready" || probeInMs === null ? null : at + wholeMs(probeInMs),
  };
}
