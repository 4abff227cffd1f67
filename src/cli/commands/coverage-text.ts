/** What callbacks told and what was found, account by account and month by month. Pure. */
import { duration, number, time } from "../../basics/format.ts";
import type { AccountReport, ReconcilingReport } from "../../operations/reconciling/report.ts";
import type { Printer } from "../terminal/printer.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { TIME } from "./list.ts";

/** `status` is a page: `reconcile status` has all of it. */
const MOST_ACCOUNTS = 10;
const MOST_MONTHS = 2;

export function coverageText({ accounts, more }: ReconcilingReport, { table }: Pick<Printer, "table">): string {
  if (accounts.length === 0)
    return "official accounts       none is known yet: a callback names it, or `reconcile.accounts`";
  const rows = accounts.slice(0, MOST_ACCOUNTS).flatMap(rowsOf);
  const rest = more || accounts.length > MOST_ACCOUNTS ? "\nmore official accounts: `reconcile status`" : "";
  return `${table(COLUMNS, rows)}${rest}`;
}

function rowsOf({ app, account, baselineAt, coverage }: AccountReport): Cell[][] {
  const of = [account, app, baselineAt === null ? "nothing yet" : time(baselineAt)];
  if (coverage.length === 0) return [[...of, "", "0", "0", ""]];
  return coverage
    .slice(0, MOST_MONTHS)
    .map(({ month, told, found, longestMs }) => [
      ...[...of, month, number(told), number(found)],
      found === 0 ? "" : duration(longestMs),
    ]);
}

const COLUMNS: readonly Column[] = [
  { title: "OFFICIAL ACCOUNT", least: 12 },
  { title: "APP", rank: 3 },
  { title: "FINDS SINCE", ...TIME, rank: 2 },
  { title: "MONTH" },
  { title: "TOLD", align: "right" },
  { title: "FOUND", align: "right" },
  { title: "AFTER AT MOST", rank: 1 },
];
