/**
 * Whose fault a rejection is: the delivery's, the destination's that refuses everything, or that of settings with which nothing
 * was ever taken? A success shows that it takes others: those held are dead. Twenty in a row without one show the opposite, those
 * counted that have ended meanwhile: all that wait go on waiting. Until then each is held. Refused again, it is the delivery, but only where something was taken with these very
 * settings; where nothing was, it is asked again, hour by hour, until it is too old. Pure.
 */
import { type Reason, saidOf, sentence } from "../../connector.ts";
import type { ConnectorState, HeldRejection } from "../../storage/contract/connectors.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";
import { answerReason, type Findings } from "../answer.ts";
import type { Batch } from "./batch.ts";
import { commonest } from "./commonest.ts";
import { REFUSING_AFTER, speaks } from "./health.ts";
import { isPausedByPutOffs } from "./put-off.ts";
import { isTooOld, type Moment, type RetryPolicy } from "./retry-policy.ts";
import { waitingAgain } from "./settlement.ts";

/** How long a rejection waits for another delivery to prove that the destination takes others, in milliseconds. */
export const HOLD_MS = 10 * 60_000;
/** The same for each further rejection, while nothing was ever taken. */
export const HOLD_AGAIN_MS = 60 * 60_000;

export interface Rejections {
  /** What follows for rejected deliveries of this batch, where it is not simply their death. By event. */
  readonly fates: ReadonlyMap<number, Settlement>;
  /** The rejections in a row, this batch's included. */
  readonly held: readonly HeldRejection[];
  /** How many rejections in a row have ended as dead letters, this batch's included. */
  readonly buried: number;
  /** Set when the destination refuses everything. */
  readonly refusing?: Reason;
  /** Held rejections of earlier batches that this one decides. */
  readonly decided: readonly Settlement[];
}

/** @param inTrouble true when what was not answered says nothing about the delivery */
export function weighRejections(
  batch: Batch,
  findings: Findings,
  inTrouble: boolean,
  age: { readonly policy: RetryPolicy; readonly moment: Moment },
): Rejections {
  const { connector, deliveries, fingerprint } = batch;
  const tagOf = ({ id }: TakenDelivery) => findings.get(id)?.tag ?? "retry";
  const elsewhere = heldElsewhere(batch);
  const { buried = 0 } = connector.state;
  if (deliveries.some((one) => tagOf(one) === "delivered")) {
    // with settings that have been replaced meanwhile it proves nothing about those held
    if (fingerprint !== connector.fingerprint) return { fates: NO_FATES, held: elsewhere, buried, decided: [] };
    return { fates: NO_FATES, held: [], buried: 0, decided: speaks(batch) ? elsewhere.map(asDead) : [] };
  }
  const rejected = deliveries.filter((one) => tagOf(one) === "rejected");
  const fates = new Map(
    rejected.map((one) => [one.event.seq, fateOf(batch, one, answerReason(findings.get(one.id)), age)] as const),
  );
  // what is answered otherwise by now is no longer a rejection
  const isUndecided = (one: TakenDelivery) => tagOf(one) === "unsent" || (tagOf(one) === "retry" && inTrouble);
  const undecided = new Set(deliveries.filter(isUndecided).map(({ event }) => event.seq));
  const here = new Set(deliveries.map(({ event }) => event.seq));
  const held = [
    ...connector.state.held.filter(({ event }) => !here.has(event) || undecided.has(event)),
    ...rejected
      .filter(({ event }) => fates.get(event.seq)?.to === "waiting")
      .map(({ id, event }) => ({ event: event.seq, reason: answerReason(findings.get(id)) })),
  ];
  const dying = [...fates.values()].flatMap((fate) => (fate.to === "dead" ? fate.reason : []));
  const inARow = held.length + dying.length + buried;
  if (!isRefusing(connector.state) && inARow < REFUSING_AFTER) {
    return { fates, held, buried: buried + dying.length, decided: [] };
  }
  const spared = rejected.map(
    ({ id, event }) => [event.seq, waitingAgain(event.seq, answerReason(findings.get(id)), 0)] as const,
  );
  return {
    fates: new Map(spared),
    held: [],
    buried,
    refusing: refusingFor([...held.map(({ reason }) => reason), ...dying], connector),
    decided: elsewhere.map(asWaiting),
  };
}

/** What most of them are refused for; of a probe that was answered otherwise, what is known. */
function refusingFor(reasons: readonly Reason[], { state }: Batch["connector"]): Reason {
  const most = commonest(reasons);
  if (most === undefined)
    return (isRefusing(state) ? state.reason : undefined) ?? sentence("refusing", { count: REFUSING_AFTER });
  return { ...most, ...sentence("refusing_mostly", { count: REFUSING_AFTER, reason: saidOf(most) }) };
}

const NO_FATES: ReadonlyMap<number, Settlement> = new Map();

function isRefusing(state: ConnectorState): boolean {
  return state.cause === "refusing" && !isPausedByPutOffs(state);
}

function fateOf(
  { connector, fingerprint }: Batch,
  delivery: TakenDelivery,
  reason: Reason,
  { policy, moment }: { readonly policy: RetryPolicy; readonly moment: Moment },
): Settlement {
  const event = delivery.event.seq;
  if (connector.state.held.every((one) => one.event !== event)) return waitingAgain(event, reason, HOLD_MS);
  // held, tried again, refused again, and nothing else came by to tell: it is the delivery
  if (connector.takenWith === fingerprint) return asDead({ event, reason });
  if (!isTooOld(delivery, policy, moment)) return waitingAgain(event, reason, HOLD_AGAIN_MS);
  return asDead({ event, reason: { ...reason, ...sentence("never_taken", { reason: saidOf(reason) }) } });
}

function heldElsewhere({ connector, deliveries }: Batch): readonly HeldRejection[] {
  if (connector.state.held.length === 0) return [];
  const here = new Set(deliveries.map(({ event }) => event.seq));
  return connector.state.held.filter((one) => !here.has(one.event));
}

function asDead({ event, reason }: HeldRejection): Settlement {
  return { event, to: "dead", class: "rejected", reason };
}

function asWaiting({ event, reason }: HeldRejection): Settlement {
  return { ...waitingAgain(event, reason, 0), attempted: false };
}
