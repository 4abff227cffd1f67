/** From when on it can be found who left without a callback. Changes nothing. */
import { number, time } from "../../basics/format.ts";
import type { Config } from "../../config/checked-config.ts";
import { openQuestions } from "../../storage/open-questions.ts";
import { peekStore } from "../../storage/peek.ts";
import { type ReconcilingReport, reconcilingReport } from "../reconciling/report.ts";
import type { OwnFinding } from "./finding.ts";
import { found } from "./found.ts";

export async function checkRosters({
  reconcile,
  storage,
}: Pick<Config, "reconcile" | "storage">): Promise<OwnFinding[]> {
  if (reconcile === undefined) return [];
  try {
    return rosterFindings(await reportIn(storage));
  } catch {
    const isNone = (await peekStore(storage, true).catch(() => null)) === undefined;
    // one that cannot be asked is told of with its queues
    return isNone ? rosterFindings(undefined) : [];
  }
}

async function reportIn(storage: Config["storage"]): Promise<ReconcilingReport | undefined> {
  const questions = await openQuestions(storage);
  try {
    return await reconcilingReport(questions);
  } finally {
    await questions.close();
  }
}

/** So many accounts are told of one by one. */
const MOST = 20;

export function rosterFindings(report: ReconcilingReport | undefined): OwnFinding[] {
  const accounts = report?.accounts ?? [];
  if (accounts.length === 0) return [{ ...found("warning", "no_roster"), about: ABOUT }];
  const rest = accounts.length - MOST;
  return [
    ...accounts.slice(0, MOST).map(({ app, account, baselineAt }): OwnFinding => {
      if (baselineAt === null) return { ...found("warning", "never_compared", { account, app }), about: ABOUT };
      return { ...found(true, "compared", { account, app, time: time(baselineAt) }), about: ABOUT };
    }),
    ...(rest > 0 ? [{ ...more(rest), about: ABOUT }] : []),
  ];
}

const ABOUT = "reconcile";
const more = (rest: number) =>
  rest === 1 ? found(true, "one_more_roster") : found(true, "more_rosters", { count: number(rest) });
