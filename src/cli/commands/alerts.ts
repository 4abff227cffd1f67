/** `alerts`: what people are told, whether they can be, and what they want to hear nothing of for a while. */
import { type Command, InvalidArgumentError } from "commander";
import { count, duration, time, until } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { displayWidth } from "../../basics/width.ts";
import { parseDuration } from "../../config/settings/units.ts";
import { type AlarmOn, type AlertsReport, alertsAsJson } from "../../operations/alerts/list.ts";
import { isOfMachine, LONGEST_SILENCE_MS } from "../../operations/alerts/silence.ts";
import { type Tried, tryAlerts } from "../../operations/alerts/try.ts";
import type { Silence } from "../../storage/contract/alarms.ts";
import type { Cli } from "../cli.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { renderTable } from "../terminal/table.ts";

export function addAlerts(cli: Cli): void {
  const group = cli.program.command("alerts").description("What people are told before a wish is late.");
  explain(group, cli.io, { examples: [["alerts list", "which alarms are on?"]] });
  addList(group, cli);
  addTest(group, cli);
  addSilence(group, cli);
}

function addList(group: Command, cli: Cli): void {
  define(group.command("list").description("List alarms that are on, and silences."), cli, {
    goesBy: "store",
    json: true,
    examples: [["alerts list", "which alarms are on, and what is silenced?"]],
    exits: { 1: "an alarm is on" },
    act: (options: JsonOption) =>
      cli.withStore(async (operations) => {
        const report = await operations.alerts();
        cli.show(
          options,
          () => alertsAsJson(report),
          () => sayReport(cli, report, Date.now()),
        );
        return report.alarms.some(({ clearAt }) => clearAt === null) ? EXIT.notWell : EXIT.ok;
      }),
  });
}

function sayReport(cli: Cli, { alarms, silences, untold }: AlertsReport, now: number): void {
  if (alarms.length === 0) cli.say("No alarm is on.");
  else sayAlarms(cli, alarms, now);
  for (const silence of silences) cli.say(silenceText(silence, now));
  if (untold > 0) cli.say(untoldText(untold));
}

/** A table where it fits; else each in lines of its own, since half of a sentence says nothing. */
function sayAlarms(cli: Cli, alarms: readonly AlarmOn[], now: number): void {
  const rows = alarms.map((alarm) => rowOf(alarm, now));
  const isFit = renderTable(COLUMNS, rows)
    .split("\n")
    .every((line) => displayWidth(line) <= cli.width());
  if (isFit) {
    cli.say(cli.table(COLUMNS, rows));
    return;
  }
  for (const [key, level, since, lasts, told, words] of rows) {
    cli.say(`${cli.paint.bold(key)}  ${level} since ${since} (${lasts})${told === "" ? "" : `, told ${told}`}`);
    cli.say(`  ${words}`);
  }
}

const COLUMNS = [
  { title: "ALARM" },
  { title: "LEVEL" },
  { title: "SINCE" },
  { title: "LASTS", align: "right" },
  { title: "TOLD" },
  { title: "WHAT" },
] as const;

type Row = readonly [key: string, level: string, since: string, lasts: string, told: string, words: string];

function rowOf({ key, rung, since, toldAt, clearAt, words, isSilenced }: AlarmOn, now: number): Row {
  const level = clearAt === null ? (rung ?? (isSilenced ? "silenced" : "new")) : "ending";
  return [shown(key), level, time(since), duration(now - since), toldAt === null ? "" : time(toldAt), shown(words)];
}

function untoldText(untold: number): string {
  const messages = count(untold, "message that nobody was told yet waits", "messages that nobody was told yet wait");
  return `${messages}; each is tried for a day. \`alerts test\` says who can be told.`;
}

export function silenceText({ name, until: end, why, actor }: Silence, now: number): string {
  return `${shown(name)} is silenced until ${time(end)} (it ends ${until(end, now)}), by ${shown(actor)}: ${shown(why)}`;
}

function addTest(group: Command, cli: Cli): void {
  const command = group.command("test").description("Send one message, marked as a test, by each way of `alerts.to`.");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [["alerts test", "does everybody who is to be told hear us?"]],
    exits: { 1: "somebody could not be told" },
    act: async (options: JsonOption) => {
      const tried = await tryAlerts(await cli.config(), cli.io.version);
      cli.show(
        options,
        () => ({ tried }),
        () => {
          for (const one of tried) cli.say(triedText(cli, one));
        },
      );
      return tried.every(({ told }) => told.tag === "told") ? EXIT.ok : EXIT.notWell;
    },
  });
}

function triedText({ paint }: Cli, { name, type, told }: Tried): string {
  if (told.tag === "told") return `${paint.green("✓")} ${name} (${type}) was told: look whether it is there`;
  const todo = told.tag === "refused" ? `mend notices.${name}` : "try again in a while";
  return `${paint.red("✗")} ${name} (${type}) was not told: ${shown(told.words)}; ${todo}`;
}

interface SilenceOptions extends JsonOption {
  readonly why: string;
}

function addSilence(group: Command, cli: Cli): void {
  const command = group
    .command("silence")
    .description("Tell nothing of an alarm for a while; it ends by itself.")
    .argument("<name>", "the alarm, as `alerts list` names it: paused_after, or paused_after/crm")
    .argument("<duration>", "for how long: 30m, 2h, 3d; at most 30 days", parseSpan)
    .requiredOption("--why <text>", "the reason, for those who look later");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [['alerts silence paused_after 2h --why "the portal moves"', "a planned outage of two hours"]],
    act: (name: string, forMs: number, options: SilenceOptions) => silence(cli, name, forMs, options),
  });
}

function parseSpan(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Write how long: 30m, 2h, 3d.");
  if (ms > LONGEST_SILENCE_MS) throw new InvalidArgumentError("At most 30 days: 30d.");
  return ms;
}

function silence(cli: Cli, name: string, forMs: number, { why, ...options }: SilenceOptions): Promise<ExitCode> {
  return cli.withStore(async (operations) => {
    const made = await operations.silenceAlarm({ name, forMs, why });
    cli.show(
      options,
      () => ({ silence: { ...made, until: time(made.until), at: time(made.at) } }),
      () => {
        cli.say(silenceText(made, made.at));
        if (isOfMachine(name)) cli.say("A bridge that cannot ask the store goes by what it last heard of silences.");
      },
    );
    return EXIT.ok;
  });
}
