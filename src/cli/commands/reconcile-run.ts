/** `reconcile run`: compares now, or, dry, says only what would become of whom. */
import type { Command } from "commander";
import { count, number, time, timeOrNull } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { type AccountChoice, missingJson } from "../../operations/reconciling/missing.ts";
import type { AccountRun, RunBy } from "../../operations/reconciling/run.ts";
import { isWhole, type RunEnd } from "../../operations/reconciling/run-end.ts";
import type { Would } from "../../reconcile/dry.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { withProgress } from "../terminal/progress.ts";
import { stoppable } from "../terminal/stopping.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { TIME } from "./list.ts";
import { accountChoice, addAccountOptions, STATES } from "./reconcile-choice.ts";

interface RunOptions extends AccountChoice, JsonOption {
  readonly dryRun?: boolean;
}

export function addReconcileRun(group: Command, cli: Cli): void {
  const command = addAccountOptions(group.command("run"))
    .description("Compare with Chat's own list now: who is missing is asked about, and who has left is sent.")
    .option("--dry-run", "read, compare and ask, say whom it would send or hold, and change nothing");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["reconcile run", "who has left without a callback?"],
      ["reconcile run --account @TOA#_news --dry-run", "whom would it send, or hold?"],
    ],
    exits: {
      0: "all were compared to the end, and nobody waits",
      1: "not all were compared, people are held, or some wait for the next time",
      3: "the store could not be reached",
    },
    act: (options: RunOptions) => run(cli, options),
  });
}

const BY: Readonly<Record<RunBy, string>> = {
  bridge: "The bridge that runs compares.",
  here: "This command compares: no bridge that runs does.",
};
const BY_DRY = "This command compares, and changes nothing.";

async function run(cli: Cli, options: RunOptions): Promise<ExitCode> {
  const { dryRun: isDry = false, json = false } = options;
  return cli.withConfiguredStore(async (operations, config) => {
    const runs = await stoppable(cli, (signal) =>
      withProgress(cli, (onProgress) =>
        operations.runReconcile({
          ...{ config, signal, isDry, onProgress, version: cli.io.version, choice: accountChoice(options) },
          onBy: (by) => {
            if (!json) cli.say(isDry ? BY_DRY : BY[by]);
          },
        }),
      ),
    );
    if (json) cli.sayJson({ dryRun: isDry, accounts: runs.map(runJson) });
    else for (const one of runs) sayRun(cli, one);
    return runs.every(({ end }) => isWhole(end)) ? EXIT.ok : EXIT.notWell;
  });
}

function runJson({ app, account, by, end }: AccountRun): object {
  const of = { app, account, by };
  if (end.tag !== "dry") return { ...of, ...end };
  const { told, ...found } = end;
  return { ...of, ...found, told: told.map(({ missing, would }) => ({ ...missingJson(missing), would })) };
}

function sayRun(cli: Cli, { app, account, end }: AccountRun): void {
  cli.say(`${shown(account)} of app ${app}: ${endText(end)}`);
  if (end.tag === "dry" && end.told.length > 0) cli.say(toldTable(cli, end));
}

function endText(end: RunEnd): string {
  switch (end.tag) {
    case "void":
      return `not believed: ${shown(end.why)}`;
    case "unbegun":
      return `not compared: ${shown(end.why)}`;
    case "stopped":
      return "stopped; what was begun is gone on with within ten minutes, or begun anew";
    case "dry":
      return dryText(end);
    case "done": {
      const { isBaseline, people, missing, held, healed, why } = end;
      const more = why === undefined ? "" : `; ${shown(why)}`;
      if (!isBaseline) return `${countsText(people, missing)}, ${number(healed)} sent, ${number(held)} held${more}`;
      const known = missing === 0 ? "" : `; ${count(missing, "person", "people")} known before: \`reconcile show\``;
      return `compared for the first time, ${count(people, "person", "people")}; what happens from now on can be found${known}`;
    }
  }
}

const countsText = (people: number, missing: number): string =>
  `compared, ${count(people, "person", "people")} there, ${number(missing)} missing`;

function dryText({ isBaseline, total, held, people, why }: Extract<RunEnd, { tag: "dry" }>): string {
  const more = why === undefined ? "" : `; ${shown(why)}`;
  if (isBaseline) return `it was never compared: a first run would list ${number(total)}, and send nobody${more}`;
  const sent = people.healed ?? 0;
  if (total === 0) return `nobody is missing${more}`;
  return `of ${count(total, "missing person", "missing people")} it would send ${number(sent)} and hold ${number(held)}${more}`;
}

/** What a run would do about somebody. */
const WOULD: Readonly<Record<Would, string>> = {
  healed: "sent",
  held: "held",
  listed: "listed",
  left: "asked about the next time",
  present: "nothing: Chat says that they are there",
  alone: "nothing: nothing could be learnt",
  outrun: "nothing: something newer is known",
  no_moment: "listed",
};
/** Rows that somebody reads; `--json` has more. */
const MOST_ROWS = 100;

function toldTable(cli: Cli, { told, total }: Extract<RunEnd, { tag: "dry" }>): string {
  const rows = told
    .slice(0, MOST_ROWS)
    .map(({ missing, would }): Cell[] => [
      ...[missing.user, WOULD[would], STATES[missing.state], time(missing.subscribeTime), time(missing.seenAt)],
      timeOrNull(missing.back) ?? "",
    ]);
  const more = total - rows.length;
  const rest = more === 0 ? "" : `\nand ${number(more)} more (--json)`;
  return `${cli.table(COLUMNS, rows)}${rest}`;
}

const COLUMNS: readonly Column[] = [
  { title: "USER", least: 8 },
  { title: "WOULD BE", least: 12 },
  { title: "STATE", least: 12, rank: 1 },
  { title: "SUBSCRIBED", ...TIME, rank: 3 },
  { title: "LAST SEEN", ...TIME, rank: 2 },
  { title: "BACK SINCE", ...TIME, rank: 4 },
];
