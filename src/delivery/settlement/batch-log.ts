/** What the log says of settled batches: a line for those settled together, one for each delivery that was not delivered. */
import type { Logger, Reason } from "../../connector.ts";
import type { ConnectorState } from "../../storage/contract/connectors.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Verdict } from "../verdict/batch.ts";

export interface BatchReport {
  readonly batch: readonly TakenDelivery[];
  /** The connector's condition so far. */
  readonly before: ConnectorState;
  readonly verdict: Verdict;
  /** Events whose claim had run out: another holder settles them. */
  readonly lost: readonly number[];
}

/** Reports on one connector. */
export interface BatchLog {
  add(report: BatchReport): void;
  /** Says what has not been said yet. */
  end(): void;
}

/** At most one line of counts in so many milliseconds: a full queue would fill the log, and its lines cost as much as sending. */
const COUNTS_EVERY_MS = 100;

export function openBatchLog(log: Logger, name: string): BatchLog {
  let counts: Record<string, number> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  function count(settlements: readonly Settlement[]): void {
    timer ??= setTimeout(reportCounts, COUNTS_EVERY_MS);
    for (const { to } of settlements) counts[to] = (counts[to] ?? 0) + 1;
  }

  function reportCounts(): void {
    clearTimeout(timer);
    timer = undefined;
    if (Object.keys(counts).length > 0) log.info({ fact: "batch.settled", connector: name, ...counts });
    counts = {};
  }

  return {
    add(report) {
      count(report.verdict.settlements);
      reportRest(log, name, report);
    },
    end: reportCounts,
  };
}

type NotDelivered = Exclude<Settlement, { to: "delivered" }>;

function reportRest(log: Logger, name: string, { batch, before, verdict, lost }: BatchReport): void {
  const notDelivered = [verdict.settlements, verdict.decided].flatMap((all) => all.filter(isNotDelivered));
  if (notDelivered.length > 0) {
    const ids = new Map(batch.map((delivery) => [delivery.event.seq, delivery.id]));
    for (const settlement of notDelivered) reportDelivery(log, name, ids.get(settlement.event), settlement);
  }
  if (lost.length > 0) log.warn({ fact: "claim.lost", connector: name, count: lost.length });
  if (verdict.change !== undefined) reportChange(log, name, before, verdict.change);
}

const isNotDelivered = (one: Settlement): one is NotDelivered => one.to !== "delivered";

function reportDelivery(log: Logger, name: string, delivery: string | undefined, settlement: NotDelivered): void {
  const keys = {
    fact: "delivery.settled",
    connector: name,
    delivery,
    state: settlement.to,
    ...parts(settlement.reason),
  };
  if (settlement.to === "dead") log.warn({ ...keys, class: settlement.class });
  else if (settlement.to === "waiting") log.info({ ...keys, retry_in_ms: settlement.delayMs });
  else log.info(keys);
}

function reportChange(
  log: Logger,
  name: string,
  before: ConnectorState,
  { state, probeInMs }: NonNullable<Verdict["change"]>,
): void {
  if (state.status === "ready") {
    // whom it has put off is remembered without a word: each of them has a line of its own
    if (before.status === "ready" && before.held.length === state.held.length) return;
    log.info({ fact: "connector.ready", connector: name, held: state.held.length });
    return;
  }
  const keys = {
    fact: `connector.${state.status}`,
    connector: name,
    cause: state.cause,
    probe_in_ms: probeInMs,
    failures: state.failures,
  };
  log.warn({ ...keys, ...(state.reason && parts(state.reason)) });
}

function parts(reason: Reason): Record<string, unknown> {
  const { words, status, category, message } = reason;
  return { reason: words, status, category, message };
}
