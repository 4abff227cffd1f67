/** `status`: which bridges run, how each connector is, what waits since when, and what could not be understood. */

import { count, duration, number, size } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import { bridgeLines } from "../../operations/status/bridges.ts";
import { clockText } from "../../operations/status/clocks.ts";
import { type Condition, explanation } from "../../operations/status/condition.ts";
import { otherValueLines } from "../../operations/status/other-values.ts";
import { spoolWords } from "../../operations/status/spool.ts";
import { type ConnectorReport, type StatusReport, statusAsJson } from "../../operations/status/status.ts";
import type { ConnectorCount, ConnectorStatus } from "../../storage/contract/ledger.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { type Cell, renderTable } from "../terminal/table.ts";

export function addStatus(cli: Cli): void {
  const command = cli.program
    .command("status")
    .description("Show which bridges run, and each connector's state and queue.");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["status", "how is everything?"],
      ["status --json", "the same for a script"],
    ],
    exits: {
      1: "no bridge runs, a connector is paused, deliveries wait for one that is not configured any more, callbacks go to the spool, or our clock is off",
    },
    act: (options: JsonOption) => cli.withStore((...open) => status(cli, options, ...open)),
  });
}

async function status(cli: Cli, options: JsonOption, operations: Operations, known: Known): Promise<ExitCode> {
  const report = await operations.status();
  cli.show(
    options,
    () => statusAsJson(report),
    () => sayStatus(cli, report, known),
  );
  return report.isWell ? EXIT.ok : EXIT.notWell;
}

function sayStatus(cli: Cli, report: StatusReport, known: Known): void {
  // ages are told by this machine's clock: a store's own may differ by a little
  const now = Date.now();
  sayBridges(cli, report, known, now);
  if (report.connectors.length > 0) cli.say(connectorTable(report.connectors, now, cli));
  for (const one of report.connectors) sayCondition(cli, one, report.isServed, now);
  if (report.notRun.length > 0) cli.say(`\nThe bridge has not run yet with: ${report.notRun.join(", ")}`);
  for (const one of report.clocksOff) cli.say(`\n${cli.paint.red(shown(clockText(one, now)))}`);
  sayCounts(cli, report);
  for (const line of spoolWords(report.spool)) cli.say(shown(line, 800));
}

function sayBridges(cli: Cli, { bridges, others, isServed, store }: StatusReport, known: Known, now: number): void {
  const { paint } = cli;
  for (const line of bridgeLines(bridges, known, now))
    cli.say(isServed ? shown(line, 800) : paint.red(shown(line, 800)));
  for (const line of otherValueLines(bridges, others)) cli.say(`  ${paint.yellow(shown(line, 800))}`);
  cli.say(`store  ${shown(store)}`);
  cli.say();
}

function sayCondition(cli: Cli, { status: one, condition }: ConnectorReport, isServed: boolean, now: number): void {
  const { paint } = cli;
  const [head, ...more] = explanation(one, condition, now, isServed);
  if (head === undefined) return;
  cli.say();
  cli.say((condition === "paused" ? paint.red : paint.yellow)(shown(head)));
  for (const line of more) cli.say(`  ${shown(line, 800)}`);
}

function sayCounts(cli: Cli, { unread, quarantined, counters, atLeast = [] }: StatusReport): void {
  const { entries, bytes } = quarantined;
  const least = (name: (typeof atLeast)[number]) => (atLeast.includes(name) ? "at least " : "");
  cli.say();
  cli.say(`callbacks not read yet  ${least("unread")}${number(unread)}`);
  cli.say(`quarantine              ${least("quarantined")}${count(entries, "entry", "entries")}, ${size(bytes)}`);
  const counted = Object.entries(counters);
  if (counted.length === 0) return;
  cli.say("counted since the store was made");
  for (const [name, value] of counted) cli.say(`  ${shown(name).replaceAll("_", " ")}  ${number(value)}`);
}

function connectorTable(lines: readonly ConnectorReport[], now: number, { paint }: Cli): string {
  const columns = [
    { title: "CONNECTOR" },
    { title: "TYPE" },
    { title: "STATE" },
    { title: "WAITING", align: "right" },
    { title: "OLDEST", align: "right" },
    { title: "DELIVERED 1 h", align: "right" },
    { title: "24 h", align: "right" },
    { title: "DEAD 1 h", align: "right" },
    { title: "24 h", align: "right" },
    { title: "ALL", align: "right" },
  ] as const;
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
    countText(one, "deadLastHour"),
    countText(one, "deadLastDay"),
    countText(one, "dead"),
  ]);
  return renderTable(columns, rows, paint.bold);
}

/** `10,000+` where nobody has counted on. */
function countText({ atLeast = [], ...row }: ConnectorStatus, name: ConnectorCount): string {
  return `${number(row[name])}${atLeast.includes(name) ? "+" : ""}`;
}
