/** From when on it can be found who left without a callback. Changes nothing. */
import { count, time } from "../../basics/format.ts";
import type { Config } from "../../config/checked-config.ts";
import { openQuestions } from "../../storage/open-questions.ts";
import { type ReconcilingReport, reconcilingReport } from "../reconciling/report.ts";
import type { CheckFinding } from "./finding.ts";

/** A store that cannot be asked is told of elsewhere. */
export async function checkRosters({
  reconcile,
  storage,
}: Pick<Config, "reconcile" | "storage">): Promise<CheckFinding[]> {
  if (reconcile === undefined) return [];
  return rosterFindings(await reportIn(storage).catch(() => undefined));
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
const COMPARE = "`reconcile run` compares now, and says what Chat answered";

export function rosterFindings(report: ReconcilingReport | undefined): CheckFinding[] {
  const accounts = report?.accounts ?? [];
  if (accounts.length === 0)
    return [unknown("no official account is known yet whose roster is kept", "start the bridge")];
  const rest = accounts.length - MOST;
  return [
    ...accounts.slice(0, MOST).map(({ app, account, baselineAt }): CheckFinding => {
      const of = `${account} of app ${app}`;
      if (baselineAt === null)
        return unknown(`${of}: nothing can be found yet, it was never compared to its end`, COMPARE);
      return { ok: true, about: ABOUT, what: `${of}: what happened since ${time(baselineAt)} can be found` };
    }),
    ...(rest > 0 ? [{ ok: true, about: ABOUT, what: `and ${count(rest, "account")} more: \`reconcile status\`` }] : []),
  ];
}

const ABOUT = "reconcile";
const unknown = (what: string, todo: string): CheckFinding => ({ ok: "warning", about: ABOUT, what, todo });
