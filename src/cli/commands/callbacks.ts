/** `callbacks`: what Chat has sent, kept raw, read again by this release. */
import type { Command } from "commander";
import { count, duration, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { isWorthwhile } from "../../operations/rereading/reread.ts";
import type { WalkReport } from "../../operations/rereading/walk.ts";
import { NOBODY_SERVES } from "../../operations/served.ts";
import type { Cli } from "../cli.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { parseTime } from "../selecting.ts";
import { type ConfirmOptions, confirmed } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";
import { sayHeldAmong } from "./repair-words.ts";

export function addCallbacks(cli: Cli): void {
  const group = cli.program.command("callbacks").description("What Chat has sent, as it came: read it again.");
  explain(group, cli.io, { examples: [["callbacks reread --since 2d --dry-run", "is anything read otherwise now?"]] });
  addReread(group, cli);
}

interface RereadOptions extends ConfirmOptions {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until?: number;
  readonly dryRun?: boolean;
}

function addReread(group: Command, cli: Cli): void {
  const command = group
    .command("reread")
    .description(
      "Read raw callbacks and the quarantine again: what an older release did not understand is taken in, what it read " +
        "wrongly is put right, and what was skipped for that is sent after all.",
    )
    .requiredOption(
      "--since <when>",
      "only callbacks received since: 2h, 2d, 2026-01-31 or 2026-01-31T08:00Z",
      parseTime,
    )
    .option("--until <when>", "only callbacks received before: the same", parseTime)
    .option("--dry-run", "show what would be done, and change nothing")
    .option("--yes", "do it without asking; without a terminal nobody is asked");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["callbacks reread --since 2d --dry-run", "what does this release read otherwise? Changes nothing"],
      ["callbacks reread --since 2d", "show it, and put it right"],
    ],
    exits: { 3: "the store could not be reached" },
    act: (options: RereadOptions) => rereadAll(cli, options),
  });
}

function rereadAll(cli: Cli, options: RereadOptions): Promise<ExitCode> {
  const { since, until } = options;
  return cli.withConfiguredStore(async (operations, config) => {
    const { raw_retention: kept } = config.storage;
    if (options.since < Date.now() - kept) {
      cli.complain(`Raw callbacks are kept for ${duration(kept)} (storage.raw_retention): older ones are gone.`);
    }
    const pass = (act: boolean): Promise<WalkReport> =>
      withProgress(cli, (show) => {
        const onRead = (read: number) => show(`${count(read, "callback")} ${act ? "done" : "read"}`);
        return operations.reread(config, { since, ...(until !== undefined && { until }), onRead }, act);
      });
    const plan = await pass(false);
    if (!options.json) sayPlan(cli, plan);
    const isDone = !options.dryRun && isWorthwhile(plan) && (await agreed(cli, options));
    const report = isDone ? await pass(true) : plan;
    if (options.json) cli.sayJson({ done: isDone, ...asJson(report) });
    else if (options.dryRun) cli.say("Nothing was changed: --dry-run.");
    else if (!isWorthwhile(plan)) cli.say("There is nothing to do.");
    else if (isDone) {
      cli.say(`Done: what is to be sent goes out ${(await operations.isServed()) ? "now" : NOBODY_SERVES}.`);
      await sayHeldAmong(cli, operations, config.connectors);
    }
    return EXIT.ok;
  });
}

/** Only a person at a terminal is asked. */
async function agreed(cli: Cli, options: RereadOptions): Promise<boolean> {
  return options.json === true || cli.io.ask === undefined || confirmed(cli, options, "Do it?");
}

function sayPlan(cli: Cli, { read, leftOut, faulty, understood, corrected, again, first }: WalkReport): void {
  const { paint } = cli;
  cli.say(`Read again: ${count(read, "callback")}, of the quarantine too.`);
  const line = (title: string, words: string) => cli.say(`  ${paint.bold(title.padEnd(16))} ${words}`);
  const { callbacks, users } = understood;
  line("understood now", `${count(callbacks, "callback")} of ${count(users, "user")}, taken in as if just arrived`);
  line("read otherwise", `${count(corrected, "event")}, put right`);
  line(
    "sent after all",
    `${count(again, "delivery", "deliveries")} that ${again === 1 ? "was" : "were"} skipped for it`,
  );
  for (const { connector, user, eventTime, was } of first) {
    cli.say(`    ${shown(connector)}  ${shown(user)}  ${time(eventTime)}  was skipped: ${shown(was)}`);
  }
  if (again > first.length) cli.say(`    and ${count(again - first.length, "other")}`);
  line("left out", `${count(leftOut, "callback")}: \`retention\` may have removed their events, or a newer wish`);
  line("not understood", `${count(faulty, "callback")}, as before`);
}

function asJson({ first, again, ...report }: WalkReport): Record<string, unknown> {
  return {
    ...report,
    sentAfterAll: again,
    deliveries: first.map(({ eventTime, ...one }) => ({ ...one, eventTime: time(eventTime) })),
  };
}
