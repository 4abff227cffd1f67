/** How well official accounts are covered, as `status` tells it. Pure. */
import { count, number, time } from "../../basics/format.ts";
import { type AccountReport, accountJson, isWellCovered, type ReconcilingReport } from "../reconciling/report.ts";

/** What a person must decide about, or look after: a sentence for each account, and what to do. */
export function rosterLines(report: ReconcilingReport | undefined): readonly (readonly string[])[] {
  return (report?.accounts ?? []).filter((account) => !isWellCovered(account)).flatMap(linesOf);
}

function linesOf({ app, account, missing, unreached, unheard }: AccountReport): readonly (readonly string[])[] {
  const of = `${account} of app ${app}`;
  const { held = 0 } = missing;
  return [
    ...(unreached === undefined
      ? []
      : [[`${unreachedWords({ unreached, unheard })} (${of})`, `to do: ${LOOK_AT_CONSOLE}`]]),
    ...(held === 0
      ? []
      : [[`${count(held, "person", "people")} of ${of} are held: nobody is sent until somebody decides`, DECIDE]]),
  ];
}

const DECIDE = "to do: look at them with `reconcile show`, then `reconcile release` or `reconcile discard`";
const LOOK_AT_CONSOLE =
  "see in Chat's console whether the callback is switched on, where it goes, and what its check of the URL says; `status` says what is refused";

export function unreachedWords({
  unreached,
  unheard,
}: Pick<AccountReport, "unheard"> & Required<Pick<AccountReport, "unreached">>): string {
  const since = unreached.since === null ? "; no callback ever told of one" : ` since ${time(unreached.since)}`;
  return `Chat does not reach us${since}: ${number(unheard)} left in a row without a callback`;
}

export function rostersAsJson(report: ReconcilingReport | undefined): unknown {
  if (report === undefined) return null;
  const { accounts, more, atLeast } = report;
  return { accounts: accounts.map(accountJson), more, atLeast };
}
