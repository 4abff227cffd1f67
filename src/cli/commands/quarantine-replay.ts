/** `quarantine replay`: after a fix, or with a corrected clock, what is understood now is taken in. */
import { type Command, InvalidArgumentError } from "commander";
import { count, duration } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { durationMeant } from "../../config/settings/meant.ts";
import { parseDuration } from "../../config/settings/units.ts";
import type { Operations } from "../../operations/operations.ts";
import { type ReplayChoice, type ReplayPlan, understoodIn } from "../../operations/quarantine/replay.ts";
import type { LeftOut } from "../../operations/quarantine/stale-selection.ts";
import type { EntryFate } from "../../operations/quarantine/take-in.ts";
import { NOBODY_SERVES } from "../../operations/served.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { entriesMeant } from "../naming.ts";
import { collected } from "../selecting.ts";
import { type ConfirmOptions, confirmed } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";
import { sayHeldAmong } from "./repair-words.ts";

interface ReplayOptions extends ConfirmOptions {
  readonly id?: readonly string[];
  readonly all?: boolean;
  /** Milliseconds. */
  readonly staleWithin?: number;
}

export function addQuarantineReplay(group: Command, cli: Cli): void {
  const command = group
    .command("replay")
    .description("Read entries again; those that are understood now are taken in, as if they had just arrived.")
    .option("--id <id>", "this entry, or the beginning of its id; may be given several times", collected)
    .option("--all", "every entry; of those that came stale only what --stale-within says")
    .option(
      "--stale-within <duration>",
      "with --all: also those whose RequestTime was at most so far off",
      parseDistance,
    )
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["quarantine replay --all", "which are understood by now?"],
      ["quarantine replay --all --yes", "take them in"],
      ["quarantine replay --all --stale-within 5m --yes", "also what came while our clock was two minutes off"],
    ],
    exits: { 1: "none of them is understood yet, or there is none" },
    act: (options: ReplayOptions) => replay(cli, options),
  });
}

function parseDistance(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError(`Write ${durationMeant(text) ?? "how far off it may have been (90s, 5m, 1h)"}.`);
  return ms;
}

async function replay(cli: Cli, options: ReplayOptions): Promise<ExitCode> {
  if ((options.id !== undefined) === (options.all === true)) {
    throw new CommandEnd("Say which: --id ID, or --all for every entry.", EXIT.usage);
  }
  if (options.staleWithin !== undefined && options.id !== undefined) {
    throw new CommandEnd("--stale-within chooses among --all; what --id names is taken as it is.", EXIT.usage);
  }
  return cli.withStore(async (operations, known) => {
    const choice = await choiceOf(operations, options);
    const plan = await withProgress(cli, (show) =>
      operations.planReplay(choice, (entries) => show(`${count(entries, "entry", "entries")} read`)),
    );
    const understood = understoodIn(plan);
    if (!options.json) sayPlan(cli, plan, understood);
    const isAgreed = understood.length > 0 && (await confirmed(cli, options, "Take them in?"));
    const done = isAgreed ? await take(cli, operations, understood) : undefined;
    if (options.json) cli.sayJson({ done: done !== undefined, entries: merged(plan, done ?? []) });
    else if (done !== undefined) {
      sayDone(cli, done, await operations.isServed());
      await sayHeldAmong(cli, operations, known.connectors);
    }
    const isWell = done === undefined ? understood.length > 0 : done.every(({ fault }) => fault === undefined);
    return isWell ? EXIT.ok : EXIT.notWell;
  });
}

async function choiceOf(operations: Operations, { id, staleWithin }: ReplayOptions): Promise<ReplayChoice> {
  return id === undefined ? { tag: "all", staleWithin } : { tag: "ids", ids: await entriesMeant(operations, id) };
}

function take(cli: Cli, operations: Operations, understood: readonly EntryFate[]): Promise<readonly EntryFate[]> {
  const ids = understood.map(({ id }) => id);
  return withProgress(cli, (show) =>
    operations.takeIn(ids, (entries) => show(`${count(entries, "entry", "entries")} taken in`)),
  );
}

const WHY_LEFT: Readonly<Record<LeftOut, string>> = {
  unstated: "it came stale: say with --stale-within how far off it may have been",
  "further off": "it came stale, and was further off than --stale-within",
  "far behind":
    "it lay more than ten minutes behind the newest of its app, as an old URL in wrong hands does: by --id alone",
  unknown: "it came stale, and how far off it was is not known: by --id alone",
};

function sayPlan(cli: Cli, { verdicts, left, needed }: ReplayPlan, understood: readonly EntryFate[]): void {
  if (verdicts.length === 0) cli.say("The quarantine is empty.");
  for (const { id, fault } of verdicts) {
    if (fault !== undefined && !left.has(id)) cli.say(`${shown(id)} stays: ${shown(fault)}`);
  }
  for (const [why, words] of Object.entries(WHY_LEFT)) {
    const entries = [...left.values()].filter((one) => one === why).length;
    if (entries > 0)
      cli.say(`${count(entries, "entry", "entries")} ${entries === 1 ? "stays" : "stay"}, each for this: ${words}`);
  }
  if (needed !== undefined) cli.say(`they were at most ${duration(needed)} off`);
  if (understood.length === 0) return;
  const users = understood.reduce((sum, verdict) => sum + verdict.users, 0);
  cli.say(`To take in: ${cli.paint.bold(count(understood.length, "callback"))} of ${count(users, "user")}`);
}

function sayDone(cli: Cli, done: readonly EntryFate[], served: boolean): void {
  const others = done.filter(({ fault }) => fault !== undefined);
  for (const { id, fault = "" } of others) cli.complain(`${shown(id)} stays: ${shown(fault)}`);
  const taken = done.length - others.length;
  const isIdle = taken > 0 && !served;
  cli.say(`Taken in: ${count(taken, "callback")}${isIdle ? `: read and sent ${NOBODY_SERVES}` : ""}.`);
}

/** Each with what became of it, or why it stays. */
function merged({ verdicts, left }: ReplayPlan, done: readonly EntryFate[]): EntryFate[] {
  const byId = new Map(done.map((verdict) => [verdict.id, verdict]));
  return verdicts.map((verdict) => {
    const why = left.get(verdict.id);
    if (why !== undefined && verdict.fault === undefined) return { id: verdict.id, users: 0, fault: WHY_LEFT[why] };
    return byId.get(verdict.id) ?? verdict;
  });
}
