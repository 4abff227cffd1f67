/** `dead-letters replay` and `discard`: says what it would do, then does it. */

import type { Command } from "commander";
import { count, number, time } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import { shown } from "../../basics/text.ts";
import type { LineFault } from "../../dead-letters/read.ts";
import { type Hold, holdAsJson } from "../../operations/deliveries/hold.ts";
import type { PlannedRepairs, WorkedOff } from "../../operations/deliveries/plan.ts";
import type { Repair, RepairTally } from "../../operations/deliveries/repair.ts";
import type { Operations } from "../../operations/operations.ts";
import { NOBODY_SERVES } from "../../operations/served.ts";
import type { Plan } from "../../storage/contract/plans.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { deliveriesMeant } from "../naming.ts";
import { addSelectionOptions, collected } from "../selecting.ts";
import { confirmed } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";
import { stoppable } from "../terminal/stopping.ts";
import { type RepairChoice, type RepairOptions, repairChoice } from "./repair-choice.ts";
import { sayHeld, sayLeft, sayLineFaults, sayMeant } from "./repair-words.ts";

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
    .option("--id <id>", "this delivery, or the beginning of its id; may be given several times", collected)
    .option("--file <file>", "the deliveries that the lines of this dead-letter file name")
    .option("--all", "all dead letters")
    .option("--plan <id>", "exactly what was shown before, within a day; goes on where it was interrupted")
    .option("--why <text>", "the reason, for others: it stands in the audit")
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples,
    exits: { 1: "there is no such dead letter, or it was stopped before its end" },
    act: (options: RepairOptions) => cli.withStore((operations) => repairLetters({ cli, repair, options, operations })),
  });
}

/** What a command is at work with. */
interface Work {
  readonly cli: Cli;
  readonly repair: Repair;
  readonly options: RepairOptions;
  readonly operations: Operations;
}

async function repairLetters(work: Work): Promise<ExitCode> {
  const choice = await repairChoice(work.cli, work.options);
  if (choice.tag !== "ids") return repairPlanned(work, choice);
  // a file has whole ones, and many
  const ids = work.options.id === undefined ? choice.ids : await deliveriesMeant(work.operations, choice.ids);
  return repairByIds(work, { ...choice, ids });
}

const DO: Readonly<Record<Repair, string>> = { replay: "Replay", discard: "Discard" };
const DONE: Readonly<Record<Repair, string>> = { replay: "Replayed", discard: "Discarded" };

function agreed({ cli, repair, options }: Work, amount: number): Promise<boolean> {
  return confirmed(cli, options, `${DO[repair]} ${amount === 1 ? "it" : "them"}?`);
}

type ByClass = readonly { readonly connector: string; readonly class: string; readonly count: number }[];

/** @param meant of which connectors */
async function sayDone({ cli, repair, operations }: Work, changed: number, meant: ByClass): Promise<void> {
  const isIdle = repair === "replay" && !(await operations.isServed());
  cli.say(`${DONE[repair]} ${count(changed, "dead letter")}${isIdle ? `: sent ${NOBODY_SERVES}` : ""}.`);
  // asked anew: it may have changed since it was shown
  if (repair === "replay") sayHeld(cli, await holdsOf(operations, meant));
}

function holdsOf(operations: Operations, meant: ByClass): Promise<ReadonlyMap<string, Hold>> {
  return operations.holds(meant.map(({ connector }) => connector));
}

// --- these ids ------------------------------------------------------------------------------------------------------

async function repairByIds(work: Work, { ids, faults }: RepairChoice & { tag: "ids" }): Promise<ExitCode> {
  const { cli, repair, options, operations } = work;
  const effect = await runByIds(work, ids, true);
  const holds = await holdsOf(operations, classesOf(effect));
  if (!options.json) {
    sayMeant(cli, { repair, holds, deliveries: effect.changed, meant: classesOf(effect) });
    sayLeft(cli, effect.left);
    sayLineFaults(cli, faults);
  }
  const isAgreed = effect.changed > 0 && (await agreed(work, effect.changed));
  const done = isAgreed ? await runByIds(work, ids, false) : undefined;
  if (options.json) cli.sayJson({ ...idsAsJson(repair, effect, done, faults), holds: holdsAsJson(holds) });
  else if (done !== undefined) await sayDone(work, done.changed, classesOf(done));
  return effect.changed > 0 ? EXIT.ok : EXIT.notWell;
}

function runByIds(
  { cli, repair, options, operations }: Work,
  ids: readonly string[],
  dryRun: boolean,
): Promise<RepairTally> {
  const verb = dryRun ? "looked at" : DONE[repair].toLowerCase();
  return withProgress(cli, (show) =>
    operations.repairDeadLetters(repair, ids, {
      dryRun,
      why: options.why,
      onPage: ({ changed, left }) =>
        show(`${number(changed + left.length)} of ${number(ids.length)} dead letters ${verb}`),
    }),
  );
}

function classesOf({ meant }: RepairTally): { connector: string; class: string; count: number }[] {
  return [...meant].flatMap(([connector, classes]) =>
    [...classes].map(([name, amount]) => ({ connector, class: name, count: amount })),
  );
}

function idsAsJson(
  repair: Repair,
  effect: RepairTally,
  done: RepairTally | undefined,
  faults: readonly LineFault[],
): object {
  const { changed, left } = done ?? effect;
  const connectors = connectorsAsJson(classesOf(done ?? effect));
  return { repair, done: done !== undefined, changed, connectors, left, faults };
}

/** By connector; those that send are not in it. */
function holdsAsJson(holds: ReadonlyMap<string, Hold>): unknown {
  const now = Date.now();
  return verbatim(Object.fromEntries([...holds].map(([name, hold]) => [name, holdAsJson(hold, now)])));
}

function connectorsAsJson(meant: readonly { connector: string; class: string; count: number }[]): unknown {
  const byConnector = Map.groupBy(meant, ({ connector }) => connector);
  const classes = [...byConnector].map(([name, all]) => [
    name,
    Object.fromEntries(all.map((one) => [one.class, one.count])),
  ]);
  return verbatim(Object.fromEntries(classes));
}

// --- what a filter means --------------------------------------------------------------------------------------------

async function repairPlanned(work: Work, choice: Exclude<RepairChoice, { tag: "ids" }>): Promise<ExitCode> {
  const { cli, options, operations } = work;
  const planned = await planOf(work, choice);
  const { plan } = planned;
  const left = plan.deliveries - plan.done;
  const holds = await holdsOf(operations, plan.meant);
  if (!options.json) sayPlan(work, planned, holds);
  if (left === 0) await operations.dropPlan(plan.id);
  const isAgreed = left > 0 && (await agreed(work, left));
  // who was asked and said no wants nothing of it; who looked may come back for just that
  if (!isAgreed && cli.io.ask !== undefined && !options.json) await operations.dropPlan(plan.id);
  const worked = isAgreed ? await run(work, plan) : undefined;
  if (options.json) cli.sayJson({ ...planAsJson(planned, worked), holds: holdsAsJson(holds) });
  else if (worked !== undefined) await sayWorked(work, worked);
  return left > 0 && worked?.isDone !== false ? EXIT.ok : EXIT.notWell;
}

async function planOf(
  { cli, repair, operations }: Work,
  choice: Exclude<RepairChoice, { tag: "ids" }>,
): Promise<PlannedRepairs> {
  const planned = await withProgress(cli, (show) => {
    const onPage = ({ deliveries }: Plan) => show(`${count(deliveries, "dead letter")} found`);
    return choice.tag === "plan"
      ? operations.openPlan(choice.id, onPage)
      : operations.planRepair(repair, choice.filter, onPage);
  });
  if (planned.plan.repair === repair) return planned;
  throw new CommandEnd(`The plan ${planned.plan.id} is one to ${planned.plan.repair}: say that.`, EXIT.usage);
}

function sayPlan(
  { cli, repair, options }: Work,
  { plan, isContinued }: PlannedRepairs,
  holds: ReadonlyMap<string, Hold>,
): void {
  const { id, deliveries, meant, done, changed, left, at, endsAt, actor } = plan;
  if (isContinued) {
    cli.say(`One that ${shown(actor.name)} has begun at ${time(at)} was interrupted: this goes on with it.`);
    cli.say(`  ${number(done)} of ${number(deliveries)} are done, ${number(changed)} of them changed`);
    cli.say("  what was given up since is not in it; afterwards the same command takes that");
  }
  sayMeant(cli, { repair, holds, deliveries: deliveries - done, meant: isContinued ? [] : meant });
  for (const { why, count: amount, ids } of left)
    sayLeft(
      cli,
      ids.map((one) => ({ id: one, why })),
      amount,
    );
  const isOnlyShown = !options.yes && cli.io.ask === undefined && deliveries > done;
  if (isOnlyShown) cli.sayExactly(`Exactly this, until ${time(endsAt)}: dead-letters ${repair} --plan ${id} --yes`);
}

async function run({ cli, repair, options, operations }: Work, plan: Plan): Promise<WorkedOff> {
  return stoppable(cli, (signal) =>
    withProgress(cli, (show) =>
      operations.workOff(plan, {
        isStopped: () => signal.aborted,
        why: options.why,
        onPage: ({ done, deliveries }) =>
          show(`${number(done)} of ${count(deliveries, "dead letter")} ${DONE[repair].toLowerCase()}`),
      }),
    ),
  );
}

async function sayWorked(work: Work, { plan, left, isDone }: WorkedOff): Promise<void> {
  const { cli, repair } = work;
  for (const [why, all] of Map.groupBy(left, (one) => one.why))
    sayLeft(
      cli,
      all.map(({ id }) => ({ id, why })),
    );
  if (isDone) return sayDone(work, plan.changed, plan.meant);
  const words = `Stopped: ${number(plan.done)} of ${count(plan.deliveries, "dead letter")} done.`;
  cli.say(`${words} The same command goes on, or:`);
  cli.sayExactly(`  dead-letters ${repair} --plan ${plan.id} --yes`);
}

function planAsJson({ plan: shownPlan, isContinued }: PlannedRepairs, worked: WorkedOff | undefined): object {
  const plan = worked?.plan ?? shownPlan;
  return {
    repair: plan.repair,
    done: worked?.isDone === true,
    changed: worked === undefined ? plan.deliveries - plan.done : plan.changed,
    connectors: connectorsAsJson(plan.meant),
    left: worked?.left ?? [],
    faults: [],
    plan: { id: plan.id, isContinued, deliveries: plan.deliveries, done: plan.done, until: time(plan.endsAt) },
  };
}
