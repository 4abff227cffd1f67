/** How well each official account is covered: from when on healing can find anything, what was told and found, and how passes went. */
import { timeOrNull } from "../../basics/format.ts";
import type { Pass } from "../../storage/contract/passes.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { AccountStatus, ReconcilingStatus } from "../../storage/contract/roster.ts";
import type { Storage } from "../../storage/contract/storage.ts";

export interface ReconcilingReport extends Omit<ReconcilingStatus, "accounts"> {
  readonly accounts: readonly AccountReport[];
}

export interface AccountReport extends AccountStatus {
  /** Set where Chat's callbacks seem not to reach us: the latest that did, milliseconds since 1970; `null`: none ever did. */
  readonly unreached?: { readonly since: number | null };
}

/** So many found missing, and none told since: Chat does not reach us. One alone may be chance. */
const SEVERAL = 3;

/** Undefined: no roster is kept. */
export async function reconcilingReport(
  questions: Pick<Questions, "reconciling">,
): Promise<ReconcilingReport | undefined> {
  const status = await questions.reconciling();
  if (status === null) return undefined;
  return { ...status, accounts: status.accounts.map(reportOf) };
}

function reportOf(account: AccountStatus): AccountReport {
  return { ...account, ...(account.unheard >= SEVERAL && { unreached: { since: account.toldAt } }) };
}

/** With how the latest passes went, of each account. */
export interface PassesReport extends AccountReport {
  /** The latest, newest first. */
  readonly passes: readonly Pass[];
}

const LATEST_PASSES = 5;

export async function reconcileReport(
  questions: Pick<Questions, "reconciling">,
  storage: Pick<Storage, "passes">,
): Promise<readonly PassesReport[]> {
  const accounts = (await reconcilingReport(questions))?.accounts ?? [];
  const reports: PassesReport[] = [];
  for (const report of accounts) {
    const { app, account } = report;
    reports.push({ ...report, passes: await storage.passes({ app, account, limit: LATEST_PASSES }) });
  }
  return reports;
}

/** Whether nobody need look at it: nobody is held, Chat reaches us, and what was read last was believed. */
export function isCovered(report: AccountReport): boolean {
  return isWellCovered(report) && report.latest?.state !== "void";
}

/** Nobody is held, and Chat reaches us: what `status` is well by. */
export const isWellCovered = ({ missing, unreached }: AccountReport): boolean =>
  unreached === undefined && (missing.held ?? 0) === 0;

export function reportJson({ passes, ...report }: PassesReport): object {
  return { ...accountJson(report), passes: passes.map(passJson) };
}

export function accountJson({ app, account, coverage, latest, ...report }: AccountReport): object {
  const { noAccount, unreached, missing, unheard, people } = report;
  return {
    ...{ app, account, people, unheard, missing },
    findsSince: timeOrNull(report.baselineAt),
    readAt: timeOrNull(report.readAt),
    toldAt: timeOrNull(report.toldAt),
    noAccountSince: timeOrNull(noAccount?.since ?? null),
    unreached: unreached === undefined ? null : { since: timeOrNull(unreached.since) },
    coverage: coverage.map(({ month, told, found, longestMs }) => ({ month, told, found, longestMs })),
    latest: latest && passJson(latest),
  };
}

function passJson({ id, kind, state, why, begunAt, endedAt, ...pass }: Pass): object {
  const { isBaseline, subscribers, pages, people, missing, held, healed } = pass;
  return {
    ...{ id, kind, state, why, begunAt: timeOrNull(begunAt), endedAt: timeOrNull(endedAt) },
    ...{ isBaseline, subscribers, pages, people, missing, held, healed },
  };
}
