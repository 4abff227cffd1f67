/** What the log says of settled batches: a line for those settled together, one for each delivery that was not delivered. */
import type { Logger, Reason } from "../connector.ts";
import type { Settlement, TakenDelivery } from "../storage/contract.ts";
import type { Verdict } from "./judge.ts";

export interface BatchReport {
  readonly batch: readonly TakenDelivery[];
  readonly verdict: Verdict;
  /** Events whose claim had run out: another holder settles them. */
  readonly lost: readonly number[];
}

/** Makes the reporter of one connector. */
export function batchReporter(log: Logger, name: string): (report: BatchReport) => void {
  let counts: Record<string, number> = {};

  // a destination that takes deliveries one by one would otherwise cost a line, and its write, for each
  function countTogether(settlements: readonly Settlement[]): void {
    if (Object.keys(counts).length === 0) setImmediate(reportCounts);
    for (const { to } of settlements) counts[to] = (counts[to] ?? 0) + 1;
  }

  function reportCounts(): void {
    log.info({ fact: "batch.settled", connector: name, ...counts });
    counts = {};
  }

  return (report) => {
    countTogether(report.verdict.settlements);
    reportRest(log, name, report);
  };
}

function reportRest(log: Logger, name: string, { batch, verdict, lost }: BatchReport): void {
  const ids = new Map(batch.map((delivery) => [delivery.event.seq, delivery.id]));
  for (const settlement of [...verdict.settlements, ...verdict.decided]) {
    if (settlement.to !== "delivered") reportDelivery(log, name, ids.get(settlement.event), settlement);
  }
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
