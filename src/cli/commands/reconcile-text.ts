/** `reconcile status` as text. Pure. */
import { count, duration, number, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { AccountReport, PassesReport } from "../../operations/reconciling/report.ts";
import { unreachedWords } from "../../operations/status/rosters.ts";
import type { Pass } from "../../storage/contract/passes.ts";
import type { Printer } from "../terminal/printer.ts";
import { renderTable } from "../terminal/table.ts";

/** Where it is shown. */
type Screen = Pick<Printer, "paint" | "width">;

export function reportText(accounts: readonly PassesReport[], screen: Screen): string {
  if (accounts.length === 0) return NO_ACCOUNT;
  return accounts.map((account) => accountText(account, screen)).join("\n\n");
}

/** Nobody is looked for: not the same as nobody missing. */
export const NO_ACCOUNT =
  "No roster is kept: `reconcile` does not stand in the configuration, or no callback has named an official account yet.";

function accountText(report: PassesReport, { paint, width }: Screen): string {
  const { app, account, missing, passes, coverage } = report;
  const decide = (missing.held ?? 0) + (missing.baseline ?? 0) + (missing.no_moment ?? 0);
  return [
    paint.bold(`${shown(account)} of app ${app}`),
    `  ${sinceText(report)}`,
    ...unreachedText(report).map((line) => `  ${paint.red(line)}`),
    ...(report.noAccount === null ? [] : [`  Chat knows no such account since ${time(report.noAccount.since)}.`]),
    ...(decide === 0 ? [] : [`  ${count(decide, "person waits", "people wait")} for a decision: \`reconcile show\`.`]),
    ...(missing.quarantined === undefined
      ? []
      : [`  ${count(missing.quarantined, "person is", "people are")} named in the quarantine: \`quarantine list\`.`]),
    ...(missing.came_back === undefined ? [] : [`  ${number(missing.came_back)} left and came back.`]),
    ...(coverage.length === 0 ? [] : [indented(coverageTable(report, width() - 2))]),
    ...passes.map((pass) => `  ${passText(pass)}`),
  ].join("\n");
}

function sinceText({ baselineAt, readAt, people }: AccountReport): string {
  if (baselineAt === null) return "Nothing can be found yet: it was not compared to its end.";
  const latest = readAt === null ? "" : `, compared last at ${time(readAt)}`;
  return `What happened since ${time(baselineAt)} can be found${latest}: ${count(people, "person", "people")}.`;
}

function unreachedText({ unreached, unheard }: AccountReport): string[] {
  return unreached === undefined ? [] : [`${unreachedWords({ unreached, unheard })}. Look at its console.`];
}

function coverageTable({ coverage }: Pick<AccountReport, "coverage">, width: number): string {
  const columns = [
    { title: "MONTH" },
    { title: "TOLD BY CALLBACK", align: "right", least: 8 },
    { title: "FOUND BY US", align: "right" },
    { title: "AFTER AT MOST", rank: 1 },
  ] as const;
  const rows = coverage.map(({ month, told, found, longestMs }) => [
    ...[month, number(told), number(found)],
    found === 0 ? "" : duration(longestMs),
  ]);
  return renderTable(columns, rows, { width });
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

function passText({ kind, state, why, begunAt, missing, held, healed }: Pass): string {
  if (kind === "dry") return `${time(begunAt)}  dry run: ${number(missing)} missing; nothing was changed`;
  const what = kind === "release" ? "released" : "compared";
  if (state === "void") return `${time(begunAt)}  not believed: ${shown(why ?? "")}`;
  if (state !== "done") return `${time(begunAt)}  under way`;
  return `${time(begunAt)}  ${what}: ${number(missing)} missing, ${number(held)} held, ${number(healed)} sent`;
}
