/** What the log says of a settled batch: one line for the batch, one for each delivery that was not delivered. */
import type { Logger, Reason } from "../connector.ts";
import type { Settlement, TakenDelivery } from "../storage/contract.ts";
import type { Verdict } from "./judge.ts";

export interface BatchReport {
  readonly log: Logger;
  readonly name: string;
  readonly batch: readonly TakenDelivery[];
  readonly verdict: Verdict;
  /** Events whose claim had run out: another holder settles them. */
  readonly lost: readonly number[];
}

export function reportBatch({ log, name, batch, verdict, lost }: BatchReport): void {
  const ids = new Map(batch.map((delivery) => [delivery.event.seq, delivery.id]));
  for (const settlement of [...verdict.settlements, ...verdict.decided]) {
    if (settlement.to !== "delivered") reportDelivery(log, name, ids.get(settlement.event), settlement);
  }
  log.info({ fact: "batch.settled", connector: name, ...countByState(verdict.settlements) });
  if (lost.length > 0) log.warn({ fact: "claim.lost", connector: name, count: lost.length });
  if (verdict.change !== undefined) reportChange(log, name, verdict.change);
}

function reportDelivery(
  log: Logger,
  name: string,
  delivery: string | undefined,
  settlement: Exclude<Settlement, { to: "delivered" }>,
): void {
  const keys = {
    fact: "delivery.settled",
    connector: name,
    delivery,
    state: settlement.to,
    ...parts(settlement.reason),
  };
  if (settlement.to === "dead") log.warn({ ...keys, class: settlement.class });
  else if (settlement.to === "waiting") log.info({ ...keys, retryInMs: settlement.delayMs });
  else log.info(keys);
}

function reportChange(log: Logger, name: string, { state, probeInMs }: NonNullable<Verdict["change"]>): void {
  if (state.status === "ready") {
    log.info({ fact: "connector.ready", connector: name, held: state.held.length });
    return;
  }
  const keys = {
    fact: `connector.${state.status}`,
    connector: name,
    cause: state.cause,
    probeInMs,
    failures: state.failures,
  };
  log.warn({ ...keys, ...(state.reason && parts(state.reason)) });
}

function parts(reason: Reason): Record<string, unknown> {
  const { words, status, category, message } = reason;
  return { reason: words, status, category, message };
}

function countByState(settlements: readonly Settlement[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { to } of settlements) counts[to] = (counts[to] ?? 0) + 1;
  return counts;
}
