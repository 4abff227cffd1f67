/** What `status` says to people: whole, or on one line. Pure. */

import { count, duration, number, size, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { cutMiddle } from "../../basics/width.ts";
import { otherValueLines } from "../../operations/checks/other-values.ts";
import type { Known } from "../../operations/known.ts";
import { spoolWords } from "../../operations/spool.ts";
import { atIntakeLines } from "../../operations/status/at-intake.ts";
import { bridgeLines } from "../../operations/status/bridges.ts";
import { clockText } from "../../operations/status/clocks.ts";
import { type Condition, explanation } from "../../operations/status/condition.ts";
import { certaintyOf, countWords } from "../../operations/status/count-words.ts";
import { countedLines } from "../../operations/status/counted.ts";
import { differingLines } from "../../operations/status/differing.ts";
import { rosterLines } from "../../operations/status/rosters.ts";
import type { ConnectorReport, StatusReport } from "../../operations/status/status.ts";
import type { ConnectorCount, ConnectorStatus } from "../../storage/contract/ledger.ts";
import type { Paint, Printer } from "../terminal/printer.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { silenceText } from "./alerts.ts";
import { coverageText } from "./coverage-text.ts";

/** Characters of a line that others had a part in. */
const LONGEST = 800;

export interface StatusShown {
  readonly report: StatusReport;
  readonly known: Known;
  /** Milliseconds since 1970, by this machine's clock: a store's own may differ by a little. */
  readonly now: number;
}

/** Where it is shown. */
export type Screen = Pick<Printer, "paint" | "table">;

/** Without a trailing line break. */
export function statusText({ report, known, now }: StatusShown, screen: Screen): string {
  const { paint } = screen;
  const { connectors, isServed, notRun, clocksOff, spool } = report;
  return [
    ...storeLines({ report, known, now }, paint),
    ...(connectors.length > 0 ? [connectorTable(connectors, now, screen)] : []),
    ...connectors.flatMap((one) => conditionLines(one, isServed, now, paint)),
    ...(notRun.length > 0 ? [`\nThe bridge has not run yet with: ${notRun.join(", ")}`] : []),
    ...clocksOff.map((one) => `\n${paint.red(shown(clockText(one, now)))}`),
    ...atIntakeLines(report.intake, now).flatMap((lines) => sentences(lines, paint.red)),
    ...differingLines(report.differing, now).flatMap((lines) => sentences(lines, paint.yellow)),
    ...alertLines(report, now, paint),
    ...rosterLines(report.rosters).flatMap((lines) => sentences(lines, paint.red)),
    ...(report.rosters === undefined ? [] : ["", coverageText(report.rosters, screen)]),
    ...countLines(report),
    ...spoolWords(spool).map((line) => shown(line, LONGEST)),
  ].join("\n");
}

/** The same on one line, where nothing can be drawn again. */
export function statusLine({ report, known, now }: StatusShown): string {
  const { bridges, connectors, isServed, intake, clocksOff, rosters, spool, faults = [] } = report;
  const serving = bridges.filter(({ serves }) => serves).length;
  const [none = ""] = isServed ? [] : bridgeLines(bridges, known, now);
  const parts = [
    isServed ? `${count(serving, "bridge")} ${serving === 1 ? "runs" : "run"}` : none,
    ...connectors.map((one) => connectorWords(one, now)),
    ...faults.map(({ what }) => what),
    ...clocksOff.map((one) => clockText(one, now)),
    ...atIntakeLines(intake, now).flatMap(([head = ""]) => head),
    ...rosterLines(rosters).flatMap(([head = ""]) => head),
    ...(spool?.since == null ? [] : spoolWords(spool)),
  ];
  return `${time(now)}  ${parts.map((part) => shown(part, LONGEST)).join("; ")}`;
}

function connectorWords({ status: one, condition }: ConnectorReport, now: number): string {
  const age = one.oldestWaitingAt === null ? "" : ` for ${duration(now - one.oldestWaitingAt)}`;
  return `${one.name} ${condition}: ${countText(one, "waiting")} waiting${age}, ${countText(one, "deliveredLastHour")} delivered in the last hour, ${countText(one, "dead")} dead`;
}

function storeLines({ report, known, now }: StatusShown, paint: Paint): string[] {
  const { bridges, others, isServed, store, faults = [] } = report;
  const lines = bridgeLines(bridges, known, now).map((line) => shown(line, LONGEST));
  return [
    ...(isServed ? lines : lines.map(paint.red)),
    ...otherValueLines(bridges, others).map((line) => `  ${paint.yellow(shown(line, LONGEST))}`),
    `store  ${shown(store)}`,
    ...faults.flatMap(({ ok, what, todo }) => {
      const colour = ok === false ? paint.red : paint.yellow;
      return [what, ...(todo === undefined ? [] : [`to do: ${todo}`])].map(
        (line) => `  ${colour(shown(line, LONGEST))}`,
      );
    }),
    "",
  ];
}

function conditionLines(
  { status: one, condition }: ConnectorReport,
  isServed: boolean,
  now: number,
  paint: Paint,
): string[] {
  const [head, ...more] = explanation(one, condition, now, isServed);
  if (head === undefined) return [];
  const colour = condition === "paused" ? paint.red : paint.yellow;
  return ["", colour(shown(head)), ...more.map((line) => `  ${shown(line, LONGEST)}`)];
}

/** What people were told of, and what is kept from them. */
function alertLines({ alerts: { alarms, silences } }: StatusReport, now: number, paint: Paint): string[] {
  const on = alarms.filter(({ clearAt }) => clearAt === null);
  const lines = [
    ...on.map(({ rung, isSilenced, words, since }) => {
      const line = `alarm (${isSilenced ? "silenced" : (rung ?? "new")}): ${words}, for ${duration(now - since)}`;
      return isSilenced ? shown(line, LONGEST) : paint.red(shown(line, LONGEST));
    }),
    ...silences.map((silence) => silenceText(silence, now)),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

/** What loses or keeps back callbacks: told in red, with what goes with it. */
function sentences([head = "", ...more]: readonly string[], colour: Paint["red"]): string[] {
  return ["", colour(shown(head, LONGEST)), ...more.map((line) => `  ${shown(line, LONGEST)}`)];
}

function countLines({ unread, quarantined, counters, atLeast = [] }: StatusReport): string[] {
  const { entries, bytes } = quarantined;
  const least = (name: (typeof atLeast)[number]) => (atLeast.includes(name) ? "at least " : "");
  const counted = countedLines(counters);
  return [
    "",
    `callbacks not read yet  ${least("unread")}${number(unread)}`,
    `quarantine              ${least("quarantined")}${count(entries, "entry", "entries")}, ${size(bytes)}`,
    ...(counted.length === 0 ? [] : ["counted since the store was made, until ten seconds ago at most"]),
    ...counted.map((line) => `  ${line}`),
  ];
}

/** What is left out where there is no room stands behind what names it: `24 h` never loses its `DEAD`. */
const COLUMNS: readonly Column[] = [
  { title: "CONNECTOR", least: 9, cut: cutMiddle },
  { title: "TYPE", least: 7, rank: 7 },
  { title: "STATE", least: 8 },
  { title: "WAITING", align: "right" },
  { title: "OLDEST", align: "right", rank: 3 },
  { title: "DELIVERED 1 h", align: "right", rank: 2 },
  { title: "24 h", align: "right", rank: 4 },
  { title: "DEAD", align: "right", rank: 1 },
  { title: "1 h", align: "right", rank: 5 },
  { title: "24 h", align: "right", rank: 6 },
];

function connectorTable(lines: readonly ConnectorReport[], now: number, { paint, table }: Screen): string {
  const colours: Readonly<Record<Condition, (text: string) => string>> = {
    ready: paint.green,
    "backing off": paint.yellow,
    "not served": paint.red,
    paused: paint.red,
    "switched off": paint.dim,
    "not configured": paint.yellow,
  };
  const rows = lines.map(({ status: one, condition }): Cell[] => [
    one.name,
    one.type,
    { text: condition, paint: colours[condition] },
    countText(one, "waiting"),
    one.oldestWaitingAt === null ? "" : duration(now - one.oldestWaitingAt),
    countText(one, "deliveredLastHour"),
    countText(one, "deliveredLastDay"),
    countText(one, "dead"),
    countText(one, "deadLastHour"),
    countText(one, "deadLastDay"),
  ]);
  return table(COLUMNS, rows);
}

/** `100,000+` where nobody has counted on; `about 10,000,000` where nobody can. */
function countText(row: ConnectorStatus, name: ConnectorCount): string {
  return certaintyOf(row, name) === "at least" ? `${number(row[name])}+` : countWords(row, name);
}
