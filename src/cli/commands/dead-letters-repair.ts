/** `dead-letters replay` and `discard`: says what it would do, then does it. */

import { resolve } from "node:path";
import type { Command } from "commander";
import { count, number } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import { shown } from "../../basics/text.ts";
import { type LineFault, readDeadLetterIds } from "../../dead-letters/read.ts";
import type { Choice, Repair, Tally } from "../../operations/deliveries/repair.ts";
import { errorLine } from "../../operations/error-line.ts";
import { configured, type Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import { NOBODY_SERVES } from "../../operations/status/bridges.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { addSelectionOptions, collected, filterOf, type SelectionOptions } from "../selecting.ts";
import { type ConfirmOptions, confirmed } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";

interface RepairOptions extends SelectionOptions, ConfirmOptions {
  readonly id?: readonly string[];
  readonly file?: string;
  readonly all?: boolean;
}

export function addDeadLetterRepairs(group: Command, cli: Cli): void {
  const replay = group.command("replay").description("Send dead letters again, from their first attempt on.");
  addRepair(replay, "replay", cli, [
    ["dead-letters replay --connector crm --since 2h", "what would be sent again?"],
    ["dead-letters replay --connector crm --since 2h --yes", "send it again"],
    ["dead-letters replay --file dead-letters.jsonl --yes", "send again what the lines of a file name"],
  ]);
  const discard = group
    .command("discard")
    .description("Put dead letters away: they are not sent, and not listed again.");
  addRepair(discard, "discard", cli, [
    ["dead-letters discard --class unmatched --user test-1", "what would be put away?"],
    ["dead-letters discard --id 3f0c…e1:crm --yes", "put this one away"],
  ]);
}

function addRepair(
  command: Command,
  repair: Repair,
  cli: Cli,
  examples: readonly (readonly [line: string, what: string])[],
): void {
  addSelectionOptions(command)
    .option("--id <id>", "this delivery; may be given several times", collected)
    .option("--file <file>", "the deliveries that the lines of this dead-letter file name")
    .option("--all", "all dead letters")
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples,
    exits: { 1: "there is no such dead letter" },
    act: (options: RepairOptions) =>
      cli.withStore((operations, known) => repairLetters(cli, repair, options, operations, known)),
  });
}

async function repairLetters(
  cli: Cli,
  repair: Repair,
  options: RepairOptions,
  operations: Operations,
  known: Known,
): Promise<ExitCode> {
  const { choice, faults } = await choiceOf(cli, options);
  const plan = await run(cli, operations, repair, choice, true);
  if (!options.json) sayPlan(cli, repair, plan, faults, known);
  const question = `${DO[repair]} ${plan.changed === 1 ? "it" : "them"}?`;
  const isAgreed = plan.changed > 0 && (await confirmed(cli, options, question));
  const done = isAgreed ? await run(cli, operations, repair, choice, false) : undefined;
  if (options.json) cli.sayJson(asJson(repair, plan, done, faults));
  else if (done !== undefined) {
    const isIdle = repair === "replay" && !(await operations.isServed());
    cli.say(`${DONE[repair]} ${count(done.changed, "dead letter")}${isIdle ? `: sent ${NOBODY_SERVES}` : ""}.`);
  }
  return plan.changed > 0 ? EXIT.ok : EXIT.notWell;
}

const DO: Readonly<Record<Repair, string>> = { replay: "Replay", discard: "Discard" };
const DONE: Readonly<Record<Repair, string>> = { replay: "Replayed", discard: "Discarded" };

interface Chosen {
  readonly choice: Choice;
  readonly faults: readonly LineFault[];
}

async function choiceOf(cli: Cli, options: RepairOptions): Promise<Chosen> {
  const filter = filterOf(options);
  const isFiltered = Object.keys(filter).length > 0;
  const ways = [isFiltered || options.all, options.id !== undefined, options.file !== undefined];
  const chosen = ways.filter((way) => way === true).length;
  if (chosen === 0) {
    const words = "Say which: --connector, --class, --user, --since, --id, --file, or --all.";
    throw new CommandEnd(words, EXIT.usage);
  }
  if (chosen > 1) throw new CommandEnd("--id and --file choose alone: leave the other conditions out.", EXIT.usage);
  if (options.id !== undefined) return { choice: { tag: "ids", ids: [...new Set(options.id)] }, faults: [] };
  if (options.file === undefined) return { choice: { tag: "filter", filter }, faults: [] };
  const { letters, faults } = await readFile(cli, options.file);
  return { choice: { tag: "ids", ids: letters.map(({ id }) => id) }, faults };
}

async function readFile(cli: Cli, file: string): ReturnType<typeof readDeadLetterIds> {
  try {
    return await readDeadLetterIds(resolve(cli.io.cwd, file));
  } catch (error) {
    throw new CommandEnd(`${shown(file)} cannot be read: ${errorLine(error)}`, EXIT.usage);
  }
}

function run(cli: Cli, operations: Operations, repair: Repair, choice: Choice, dryRun: boolean): Promise<Tally> {
  const verb = dryRun ? "looked at" : DONE[repair].toLowerCase();
  const of = choice.tag === "ids" ? ` of ${number(choice.ids.length)}` : "";
  return withProgress(cli, (show) =>
    operations.repairDeadLetters(repair, choice, {
      dryRun,
      onPage: ({ changed, left }) => show(`${number(changed + left.length)}${of} dead letters ${verb}`),
    }),
  );
}

const LEFT: Readonly<Record<string, string>> = {
  delivered: "delivered meanwhile",
  superseded: "overtaken by a newer event meanwhile",
  waiting: "waiting already: on their way again",
  discarded: "discarded by a person",
  skipped: "skipped: the connector's settings say not to send them",
  orphan: "their connector is not configured any more",
  unknown: "not in this store",
};

/** Of what was left alone, so many are named. */
const MOST_NAMED = 5;

function sayPlan(cli: Cli, repair: Repair, plan: Tally, faults: readonly LineFault[], known: Known): void {
  cli.say(
    plan.changed === 0
      ? `There is nothing to ${repair}.`
      : `To ${repair}: ${cli.paint.bold(count(plan.changed, "dead letter"))}`,
  );
  for (const [connector, classes] of plan.meant) {
    const parts = [...classes].map(([name, amount]) => `${number(amount)} ${name}`).join(", ");
    const isOrphan = repair === "replay" && configured(known, connector) === undefined;
    const note = isOrphan ? "; not in the configuration: they wait until it is" : "";
    cli.say(`  ${shown(connector)}: ${parts}${note}`);
  }
  for (const [why, ids] of Map.groupBy(plan.left, (one) => one.why)) {
    cli.say(`Left alone, ${LEFT[why] ?? shown(why)}: ${number(ids.length)}`);
    for (const { id } of ids.slice(0, MOST_NAMED)) cli.say(`  ${shown(id)}`);
    if (ids.length > MOST_NAMED) cli.say("  …");
  }
  if (faults.length > 0) cli.say(`Lines of the file that are left out: ${number(faults.length)}`);
  for (const { line, what } of faults.slice(0, MOST_NAMED)) cli.say(`  line ${line}: ${shown(what)}`);
  if (faults.length > MOST_NAMED) cli.say("  …");
}

function asJson(repair: Repair, plan: Tally, done: Tally | undefined, faults: readonly LineFault[]): object {
  const { changed, meant, left } = done ?? plan;
  const connectors = Object.fromEntries([...meant].map(([name, classes]) => [name, Object.fromEntries(classes)]));
  return { repair, done: done !== undefined, changed, connectors: verbatim(connectors), left, faults };
}
