/** How well each official account is covered: from when on healing can find anything, what was told and found, and how passes went. */
import { timeOrNull } from "../../basics/format.ts";
import type { AccountKey, Coverage, MissingState, Pass, RosterAccount } from "../../storage/contract/roster.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { tallyMissing } from "./missing.ts";

export interface AccountReport extends RosterAccount {
  /** Set where Chat's callbacks seem not to reach us: the latest that did, milliseconds since 1970; `null`: none ever did. */
  readonly unreached?: { readonly since: number | null };
  /** How many seem to be missing, by what is known of them. */
  readonly missing: Partial<Readonly<Record<MissingState, number>>>;
  /** The latest, newest first. */
  readonly passes: readonly Pass[];
  /** The latest month first. */
  readonly coverage: readonly Coverage[];
}

/** So many found missing, and none told since: Chat does not reach us. One alone may be chance. */
const SEVERAL = 3;
const LATEST_PASSES = 5;

export async function reconcileReport(
  storage: Pick<Storage, "rosterAccounts" | "coverage" | "missing" | "passes">,
): Promise<readonly AccountReport[]> {
  const coverage = await storage.coverage();
  const accounts = await storage.rosterAccounts();
  return Promise.all(accounts.map((account) => accountReport(storage, account, coverage)));
}

async function accountReport(
  storage: Pick<Storage, "missing" | "passes">,
  row: RosterAccount,
  coverage: readonly Coverage[],
): Promise<AccountReport> {
  const { app, account } = row;
  const missing: Partial<Record<MissingState, number>> = {};
  for (const { state, people } of await tallyMissing(storage, { app, account })) {
    missing[state] = (missing[state] ?? 0) + people;
  }
  return {
    ...row,
    ...(row.unheard >= SEVERAL && { unreached: { since: row.toldAt } }),
    missing,
    passes: await storage.passes({ app, account, limit: LATEST_PASSES }),
    coverage: coverage.filter((one) => isOf(one, row)),
  };
}

const isOf = (one: AccountKey, { app, account }: AccountKey): boolean => one.app === app && one.account === account;

/** Whether nobody need look at it: nobody is held, Chat reaches us, and the latest pass was believed. */
export function isCovered({ missing, unreached, passes }: AccountReport): boolean {
  return unreached === undefined && missing.held === undefined && passes[0]?.state !== "void";
}

export function reportJson({ app, account, passes, coverage, ...report }: AccountReport): object {
  const { noAccount, unreached, missing, unheard, people } = report;
  return {
    ...{ app, account, people, unheard, missing },
    findsSince: timeOrNull(report.baselineAt),
    readAt: timeOrNull(report.readAt),
    toldAt: timeOrNull(report.toldAt),
    noAccountSince: timeOrNull(noAccount?.since ?? null),
    unreached: unreached === undefined ? null : { since: timeOrNull(unreached.since) },
    coverage: coverage.map(({ month, told, found, longestMs }) => ({ month, told, found, longestMs })),
    passes: passes.map(passJson),
  };
}

function passJson({ id, kind, state, why, begunAt, endedAt, ...pass }: Pass): object {
  const { isBaseline, subscribers, pages, people, missing, held, healed } = pass;
  return {
    ...{ id, kind, state, why, begunAt: timeOrNull(begunAt), endedAt: timeOrNull(endedAt) },
    ...{ isBaseline, subscribers, pages, people, missing, held, healed },
  };
}
