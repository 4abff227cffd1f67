/** `reconcile`: what Chat did not tell us, and what people decide about it. */
import type { Command } from "commander";
import { time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { type AccountChoice, missingJson } from "../../operations/reconciling/missing.ts";
import { isCovered, reportJson } from "../../operations/reconciling/report.ts";
import type { Missing } from "../../storage/contract/missing.ts";
import type { Found } from "../../storage/contract/questions.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { parseCount } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { type ListOptions, sayNext, TIME } from "./list.ts";
import { accountChoice, addAccountOptions, STATES } from "./reconcile-choice.ts";
import { addReconcileDiscard } from "./reconcile-discard.ts";
import { addReconcileRelease } from "./reconcile-release.ts";
import { addReconcileRun } from "./reconcile-run.ts";
import { NO_ACCOUNT, reportText } from "./reconcile-text.ts";

export function addReconcile(cli: Cli): void {
  const group = cli.program.command("reconcile").description("What Chat did not tell us: who left without a callback.");
  explain(group, cli.io, {
    examples: [
      ["reconcile status", "what is covered, and since when?"],
      ["reconcile run", "who has left without a callback?"],
    ],
  });
  addStatus(group, cli);
  addShow(group, cli);
  addReconcileRun(group, cli);
  addReconcileRelease(group, cli);
  addReconcileDiscard(group, cli);
}

function addStatus(group: Command, cli: Cli): void {
  const command = group
    .command("status")
    .description("Say of each official account what callbacks told, what was found, and how comparing went.");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [["reconcile status", "what is covered, and since when?"]],
    exits: { 1: "people wait for a decision, Chat does not reach us, or what was read last was not believed" },
    act: (options: JsonOption) => status(cli, options),
  });
}

function status(cli: Cli, { json = false }: JsonOption): Promise<ExitCode> {
  return cli.withStore(async (operations) => {
    const accounts = await operations.reconcileReport();
    cli.show(
      { json },
      () => ({ accounts: accounts.map(reportJson) }),
      () => cli.say(reportText(accounts, cli)),
    );
    return accounts.every(isCovered) ? EXIT.ok : EXIT.notWell;
  });
}

type ShowOptions = AccountChoice & ListOptions;

function addShow(group: Command, cli: Cli): void {
  const command = addAccountOptions(group.command("show"))
    .description(
      "List who seems to have left without a callback, and is not delivered: held, or known before the first comparison.",
    )
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <place>", "go on behind the page before");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [["reconcile show --account @TOA#_news", "who waits for a decision?"]],
    act: (options: ShowOptions) => show(cli, options),
  });
}

function show(cli: Cli, options: ShowOptions): Promise<ExitCode> {
  const { limit, after, json = false } = options;
  return cli.withStore(async (operations) => {
    const page = await operations.missing(accountChoice(options), { limit, ...(after !== undefined && { after }) });
    if (page === null) {
      throw new CommandEnd(`--after ${shown(after ?? "")} is no place; take \`next\` of the page before`, EXIT.usage);
    }
    const isKept = page.entries.length > 0 || (await operations.reconcileReport()).length > 0;
    cli.show(
      { json },
      () => ({ missing: page.entries.map(missingJson), next: page.next }),
      () => (isKept ? sayPage(cli, page) : cli.say(NO_ACCOUNT)),
    );
    return EXIT.ok;
  });
}

function sayPage(cli: Cli, { entries, next }: Found<Missing>): void {
  const rows = entries.map((entry): Cell[] => [
    entry.user,
    entry.account,
    entry.app,
    STATES[entry.state],
    time(entry.subscribeTime),
    time(entry.seenAt),
    entry.why ?? (entry.entry === null ? "" : `entry ${entry.entry}`),
  ]);
  cli.say(entries.length === 0 ? "Nobody is missing." : cli.table(COLUMNS, rows));
  sayNext(cli, next);
}

const COLUMNS: readonly Column[] = [
  { title: "USER", least: 8 },
  { title: "OFFICIAL ACCOUNT", least: 12, rank: 2 },
  { title: "APP", rank: 5 },
  { title: "STATE", least: 12 },
  { title: "SUBSCRIBED", ...TIME, rank: 6 },
  { title: "LAST SEEN", ...TIME, rank: 4 },
  { title: "WHY", least: 16, rank: 3 },
];
