/** How everything is: bridges, connectors with their queues, what waits outside of the store, and clocks that are off. */
import { time, timeOrNull } from "../../basics/format.ts";
import type { Found } from "../../basics/sentence-tables.ts";
import { verbatim } from "../../basics/snake-case.ts";
import type { ConnectorStatus, StoreStatus } from "../../storage/contract/ledger.ts";
import type { KnownBridge } from "../../storage/contract/presence.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import { type AlertsReport, alertsAsJson, alertsReport } from "../alerts/list.ts";
import { configured, type Known } from "../known.ts";
import { reasonText } from "../reason.ts";
import { isWellCovered, type ReconcilingReport, reconcilingReport } from "../reconciling/report.ts";
import { type SpoolStatus, spoolStatus } from "../spool.ts";
import { type AtIntake, atIntake, atIntakeAsJson } from "./at-intake.ts";
import { bridgesAsJson } from "./bridges.ts";
import { clocksAsJson } from "./clocks.ts";
import { type Condition, conditionOf, needsHelp } from "./condition.ts";
import { type DifferingConnector, differingAmong } from "./differing.ts";
import { type OtherValues, otherValues } from "./other-values.ts";
import { rostersAsJson } from "./rosters.ts";

export interface StatusReport extends Omit<StoreStatus, "connectors"> {
  /** What the store is, for people. */
  readonly store: string;
  readonly bridges: readonly KnownBridge[];
  /** Credentials that a running bridge has otherwise than the configuration gives here. */
  readonly others: OtherValues;
  readonly isServed: boolean;
  /** What goes on and on where callbacks come in. */
  readonly intake: AtIntake;
  /** Deliveries that destinations took, saying that they hold something else. */
  readonly differing: readonly DifferingConnector[];
  /** How well official accounts are covered; undefined: no roster is kept. */
  readonly rosters: ReconcilingReport | undefined;
  readonly connectors: readonly ConnectorReport[];
  /** Alarms that are on, and silences. */
  readonly alerts: AlertsReport;
  /** Connectors of the configuration with which the bridge has not run. */
  readonly notRun: readonly string[];
  /** Absent where only the store is known. */
  readonly spool: SpoolStatus | undefined;
  /** Nothing needs a person. */
  readonly isWell: boolean;
}

export interface ConnectorReport {
  readonly status: ConnectorStatus;
  readonly condition: Condition;
}

/** Changes nothing. */
export async function statusReport(questions: Questions, known: Known): Promise<StatusReport> {
  const { connectors: rows, ...status } = await questions.status();
  const bridges = await questions.bridges();
  const isServed = bridges.some(({ serves }) => serves);
  const connectors = rows.map((row) => ({
    status: row,
    condition: conditionOf(row, configured(known, row.name), isServed),
  }));
  const rosters = await reconcilingReport(questions);
  const spool = known.spool && (await spoolStatus(known.spool));
  const intake = atIntake(bridges);
  const isStoreWell = (status.faults ?? []).every(({ ok }) => ok !== false) && status.clocksOff.length === 0;
  const isTrusted = isServed && intake.refused.length === 0 && (spool?.since ?? null) === null && isStoreWell;
  const isCovered = rosters === undefined || rosters.accounts.every(isWellCovered);
  return {
    ...status,
    store: questions.description,
    bridges,
    others: await otherValues(bridges, known.secretsAt),
    isServed,
    intake,
    differing: differingAmong(rows, Date.now()),
    connectors,
    alerts: await alertsReport(questions),
    notRun: known.connectors.map(({ name }) => name).filter((name) => rows.every((row) => row.name !== name)),
    spool,
    rosters,
    isWell: isTrusted && isCovered && connectors.every(({ status: row, condition }) => !needsHelp(row, condition)),
  };
}

export function statusAsJson(report: StatusReport): Record<string, unknown> {
  return {
    store: report.store,
    served: report.isServed,
    bridges: bridgesAsJson(report.bridges, report.others),
    connectors: report.connectors.map(connectorAsJson),
    notRunYet: report.notRun,
    unreadCallbacks: report.unread,
    quarantine: report.quarantined,
    atLeast: report.atLeast ?? [],
    faults: (report.faults ?? []).map(faultAsJson),
    clocksOff: report.clocksOff.map(clocksAsJson),
    intake: atIntakeAsJson(report.intake),
    alerts: alertsAsJson(report.alerts),
    differing: report.differing.map(({ since, at, ...rest }) => ({ ...rest, since: time(since), at: time(at) })),
    reconciling: rostersAsJson(report.rosters),
    counters: verbatim(report.counters),
    spool: report.spool ?? null,
  };
}

/** As `check --json` tells what it has found. */
const faultAsJson = ({ ok, code, what, todo }: Found): Record<string, unknown> => {
  return { state: ok === false ? "bad" : "warning", code, what, todo: todo ?? null };
};

function connectorAsJson({ status: row, condition }: ConnectorReport): Record<string, unknown> {
  const { reason, cause, by } = row.state;
  return {
    name: row.name,
    type: row.type,
    destination: row.destination,
    configured: condition !== "not configured",
    condition,
    cause: cause ?? null,
    by: by ?? null,
    reason: reason ?? null,
    words: reason === undefined ? null : reasonText(reason),
    since: time(row.since),
    nextProbeAt: timeOrNull(row.probeAt),
    waiting: row.waiting,
    oldestWaitingAt: timeOrNull(row.oldestWaitingAt),
    delivered: { lastHour: row.deliveredLastHour, lastDay: row.deliveredLastDay },
    dead: { lastHour: row.deadLastHour, lastDay: row.deadLastDay, all: row.dead, byClass: row.deadOf },
    // of these nobody has counted to the end
    atLeast: row.atLeast ?? [],
    // and these nobody can count
    about: row.about ?? [],
  };
}
