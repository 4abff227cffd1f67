/**
 * A destination that answers, and takes nothing: an address that is no longer its own (404), a method that it does not know
 * (405), a page of somebody else's. Each of its answers is one delivery's, to be tried again; all of them together would expire
 * while the connector seems well. So twenty different deliveries that were put off, without any other answer among them, pause
 * it: its clock stands, and probes go on. Network trouble, and what was not sent, say nothing here. Pure.
 */
import { type Outcome, type Reason, saidOf, sentence } from "../../connector.ts";
import type { ConnectorState, PutOff } from "../../storage/contract/connectors.ts";
import type { TakenDelivery } from "../../storage/contract/deliveries.ts";
import { answerReason, type Findings, type Unsent } from "../answer.ts";
import type { Batch } from "./batch.ts";
import { commonest } from "./commonest.ts";
import { REFUSING_AFTER, speaks } from "./health.ts";

export interface PutOffs {
  /** Those in a row, this batch's included, the latest last. */
  readonly putOff: readonly PutOff[];
  /** Set when there are so many that the destination takes nothing. */
  readonly refusing?: Reason;
}

/** @param inTrouble true when what was not answered says nothing about the delivery */
export function weighPutOffs(batch: Batch, findings: Findings, inTrouble: boolean): PutOffs {
  const { state } = batch.connector;
  const before = putOffBefore(state);
  const isPaused = isPausedByPutOffs(state);
  if (!speaks(batch)) return isPaused ? { putOff: before, refusing: refusal(before) } : { putOff: before };
  if (batch.deliveries.some(({ id }) => isSignOfLife(findings.get(id)))) return { putOff: [] };
  // everything is refused: that ends with a success, and needs no second reason
  if (state.cause === "refusing" && !isPaused) return { putOff: before };
  const isPutOff = ({ id }: TakenDelivery) => !inTrouble && findings.get(id)?.tag === "retry";
  const now = batch.deliveries
    .filter(isPutOff)
    .map(({ id, event }) => ({ event: event.seq, reason: answerReason(findings.get(id)) }));
  const again = new Set(now.map(({ event }) => event));
  const all = [...before.filter(({ event }) => !again.has(event)), ...now];
  if (all.length < REFUSING_AFTER) return { putOff: all };
  return { putOff: all.slice(-REFUSING_AFTER), refusing: refusal(all) };
}

/** Whether it is paused since it takes nothing, and not since it refuses everything. */
export function isPausedByPutOffs({ cause, putOff = [] }: ConnectorState): boolean {
  return cause === "refusing" && putOff.length >= REFUSING_AFTER;
}

/** A connector that was paused for them, and is ready: somebody who does not know of them has let it go on. */
function putOffBefore({ status, putOff = [] }: ConnectorState): readonly PutOff[] {
  return status === "ready" && putOff.length >= REFUSING_AFTER ? [] : putOff;
}

/** What was settled before anything was sent is none. */
function isSignOfLife(finding: Outcome | Unsent | undefined): boolean {
  switch (finding?.tag) {
    case "delivered":
    case "unmatched":
      return true;
    case "rejected":
    case "skipped":
      return finding.unsent !== true;
    default:
      return false;
  }
}

function refusal(all: readonly PutOff[]): Reason {
  const most = commonest(all.map(({ reason }) => reason)) ?? sentence("nobody_knows");
  return { ...most, ...sentence("nothing_taken", { count: all.length, reason: saidOf(most) }) };
}
