/** What became of claimed deliveries. */
import type { ConnectorRow, StateChange } from "../contract/connectors.ts";
import type { Settlement, SettleRequest, SettleResult } from "../contract/deliveries.ts";
import { connectorOf } from "../rules/rows.ts";
import {
  BETWEEN_NOTES,
  changedState,
  HISTORY,
  isLate,
  isStale,
  moreDiffering,
  settledColumns,
} from "../rules/settling.ts";
import { LOOKED_THROUGH, waitAfter } from "../rules/taking.ts";
import type { AllClaims, ConnectorClaims } from "./claims.ts";
import { EVENT } from "./columns.ts";
import { knownConnector } from "./connectors.ts";
import type { Context, Operations, Row } from "./context.ts";
import { addWaiting, tally } from "./counting.ts";
import { freeBeside, freeNextOf, personOf } from "./order.ts";
import { nextDue } from "./queue.ts";
import { endClaim, endClaims, endProbe, release } from "./releasing.ts";
import { alikeInRow, type EventRange, rangeOf } from "./settling-runs.ts";

/** One statement for all: what a delivery has been through, then what it is now. */
const writing = (events: string): string => `
  UPDATE deliveries SET
    attempts = attempts + ?1,
    first_attempt_at = coalesce(first_attempt_at, ?2),
    first_attempt_clock = coalesce(first_attempt_clock, ?3),
    last_attempt_at = CASE WHEN ?1 THEN ?2 ELSE last_attempt_at END,
    history = CASE WHEN ?4 IS NULL THEN history
      WHEN json_array_length(history) >= ${HISTORY} THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(?4))
      ELSE json_insert(coalesce(history, '[]'), '$[#]', json(?4)) END,
    reason = ?5, note = coalesce(note || '${BETWEEN_NOTES}' || ?6, ?6, note), state = ?7, class = ?8, parked = NULL,
    lane = coalesce(?9, lane), due_at = ?10, settled_at = ?11, journaled = 0
  WHERE connector = ?12 AND ${events} AND state = 'waiting'`;
const WRITE = writing("event = ?13");
const WRITE_RANGE = writing("event BETWEEN ?13 AND ?14");

/** A settling under way: of one connector's deliveries, and how many became what. */
interface Settling {
  readonly context: Context;
  readonly own: ConnectorClaims;
  readonly id: number;
  readonly row: ConnectorRow;
  readonly supersedes: boolean;
  readonly counts: Map<string, number>;
}

export function settlingOperations(context: Context, claims: AllClaims): Pick<Operations, "settle" | "release"> {
  return {
    settle: (request) => settle(context, claims, request),

    release(name, token, events) {
      const row = knownConnector(context, name);
      release(context, claims.of(Number(row.id)), row, token, events);
    },
  };
}

function settle(context: Context, claims: AllClaims, request: SettleRequest): SettleResult {
  const { connector: name, token, settlements, decided = [], change: wanted, takenWith, differing } = request;
  const stored = knownConnector(context, name);
  const row = connectorOf(stored);
  if (isStale(request, row)) return { tag: "stale", connector: row };
  const id = Number(stored.id);
  const own = claims.of(id);
  const held = settlements.filter(({ event }) => own.held.get(event)?.token === token);
  if (isLate(request, held.length)) {
    return { tag: "settled", lost: settlements.map(({ event }) => event), connector: row, waitMs: 0 };
  }
  const settling: Settling = { context, own, id, row, supersedes: stored.writes === "state", counts: new Map() };
  const lost = settleClaimed(settling, token, settlements);
  for (const settlement of decided) decide(settling, settlement);
  endProbe(context, own, token);
  count(settling);
  if (wanted !== undefined) changeState(context, stored, wanted);
  if (takenWith !== undefined) context.run("UPDATE connectors SET taken_with = ? WHERE id = ?", takenWith, id);
  if (differing !== undefined) {
    const all = moreDiffering(row.differing, differing, context.now());
    context.run("UPDATE connectors SET differing = ? WHERE id = ?", all, id);
  }
  const waitMs = untilDue(context, own, id);
  const isChanged = [wanted, takenWith, differing].some((each) => each !== undefined);
  return { tag: "settled", lost, connector: isChanged ? connectorOf(knownConnector(context, name)) : row, waitMs };
}

/** Milliseconds until something that nobody holds is due; null when there is nothing. */
function untilDue(context: Context, own: ConnectorClaims, id: number): number | null {
  const isCutShort = own.held.size > LOOKED_THROUGH;
  return waitAfter({ at: context.now(), probe: false, isCutShort }, () => nextDue(context, own, id));
}

/** Writes what became of claimed deliveries. Returns those that were not theirs to settle. */
function settleClaimed(settling: Settling, token: string, settlements: readonly Settlement[]): number[] {
  return alikeInRow(settlements).flatMap((alike) => {
    const range = rangeOf(settling, token, alike);
    if (range === undefined) return alike.flatMap((settlement) => settleOne(settling, token, settlement));
    settleRange(settling, token, alike, range);
    return [];
  });
}

/** Returns its event where it was not theirs to settle. */
function settleOne(settling: Settling, token: string, settlement: Settlement): number | [] {
  const { context, own, id, supersedes } = settling;
  const { event } = settlement;
  const claimed = endClaim(context, own, event, token);
  if (claimed === undefined) return event;
  const isWritten = write(settling, settlement, true) > 0;
  if (isWritten && settlement.to === "waiting") freeBeside(context, own, id, claimed, supersedes);
  else freeNextOf(context, own, id, claimed.person);
  return isWritten ? [] : event;
}

/** Of deliveries that are alike, and all that waits in a range of events. */
function settleRange(settling: Settling, token: string, alike: readonly Settlement[], range: EventRange): void {
  const { context, own, id } = settling;
  const claims = endClaims(context, own, alike, token);
  const [first] = alike;
  if (first !== undefined) write(settling, first, true, range);
  for (const { person } of claims) freeNextOf(context, own, id, person);
}

/** Settles what nobody holds. */
function decide(settling: Settling, settlement: Settlement): void {
  const { context, own, id } = settling;
  if (own.held.has(settlement.event) || write(settling, settlement, false) === 0) return;
  // others of this person may have waited for it, though nobody held it
  const event = context.one(`SELECT ${EVENT} FROM events e WHERE seq = ?`, settlement.event);
  if (event !== undefined && settlement.to !== "waiting") freeNextOf(context, own, id, personOf(event));
}

/** How many were written: none when it waits no longer, since a person has discarded it. @param range of all that are written so; it alone unless given */
function write(
  { context, id, row, counts }: Settling,
  settlement: Settlement,
  held: boolean,
  range?: EventRange,
): number {
  const at = context.now();
  const after = settledColumns(settlement, at, held);
  const changed = context.run(
    range === undefined ? WRITE : WRITE_RANGE,
    ...[
      after.tried ? 1 : 0,
      after.triedAt,
      after.triedAt === null ? null : row.clock,
      after.failure,
      after.reason,
      after.note,
      after.state,
      after.class,
    ],
    ...[after.lane, after.dueAt, after.settledAt, id, ...(range ?? [after.event])],
  );
  if (changed > 0) counts.set(settlement.to, (counts.get(settlement.to) ?? 0) + changed);
  return changed;
}

function count({ context, id, counts }: Settling): void {
  let settled = 0;
  for (const [state, number] of counts) if (state !== "waiting") settled += number;
  addWaiting(context, id, -settled);
  tally(context, id, counts);
}

function changeState({ run, now }: Context, row: Row, wanted: StateChange): void {
  const { state, putOff, since, probeAt } = changedState(connectorOf(row), wanted, now());
  run(
    "UPDATE connectors SET state = ?, put_off = ?, version = version + 1, since = ?, probe_at = ? WHERE id = ? AND version = ?",
    ...[state, putOff, since, probeAt, Number(row.id), wanted.from],
  );
}
