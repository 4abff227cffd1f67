/** `dead-letters`: what was given up, looked at, written to a file, tried again or put away. */

import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { count, time } from "../../basics/format.ts";
import { escaped, shown } from "../../basics/text.ts";
import { redactor } from "../../config/credentials/redact.ts";
import { entryJson, fateText } from "../../operations/deliveries/entry.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import { reasonText } from "../../operations/reason.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { addSelectionOptions, filterOf, type SelectionOptions } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { withProgress } from "../terminal/progress.ts";
import { addDeadLetterRepairs } from "./dead-letters-repair.ts";
import { addPageOptions, type ListOptions, listEntries } from "./list.ts";

export function addDeadLetters(cli: Cli): void {
  const group = cli.program
    .command("dead-letters")
    .description("Deliveries that were given up: look, replay, discard.");
  explain(group, cli.io, {
    examples: [
      ["dead-letters list", "what was given up, and why"],
      ["dead-letters replay --connector crm --yes", "the cause is mended: try crm's again"],
    ],
  });
  addList(group, cli);
  addShow(group, cli);
  addDeadLetterRepairs(group, cli);
  addExport(group, cli);
}

function addList(group: Command, cli: Cli): void {
  const list = group.command("list").description("List what was given up, newest event first.");
  addPageOptions(addSelectionOptions(list));
  define(list, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["dead-letters list --since 1d", "today's"],
      ["dead-letters list --class unmatched --json", "users whom the CRM does not know, for a script"],
    ],
    exits: { 1: "there is none" },
    act: (options: SelectionOptions & ListOptions) =>
      cli.withStore((operations) => listEntries(cli, operations, { ...filterOf(options), states: ["dead"] }, options)),
  });
}

function addShow(group: Command, cli: Cli): void {
  const show = group
    .command("show")
    .argument("<id>", "its delivery id, as `list` and the dead-letter file show it")
    .description("Show one with everything that is known of it.");
  define(show, cli, {
    goesBy: "store",
    json: true,
    examples: [["dead-letters show 3f0c…e1:crm", "why exactly was it given up?"]],
    exits: { 1: "there is no delivery with this id" },
    act: (id: string, options: JsonOption) =>
      cli.withStore(async (operations) => {
        const entry = await operations.delivery(id);
        if (entry === null) throw new CommandEnd(`There is no delivery "${shown(id)}".`, EXIT.notWell);
        cli.show(
          options,
          () => entryJson(entry, Date.now()),
          () => sayEntry(cli, entry),
        );
        return EXIT.ok;
      }),
  });
}

function sayEntry(cli: Cli, entry: HeldEntry): void {
  const { event, connector, reason, note, history, firstAttemptAt, lastAttemptAt } = entry;
  const lines: (readonly [string, string])[] = [
    ["delivery", entry.id],
    ["connector", connector],
    ["state", fateText(entry, Date.now())],
    ["reason", reason === null ? (note ?? "none") : reasonText(reason)],
    ...(reason === null || note === null ? [] : [["note", note] as const]),
    ["user", event.user],
    ["event", `${event.kind} ${event.officialAccount}, ${time(event.eventTime)}`],
    ["done by", event.operator === "" ? "unknown: Chat did not say" : event.operator],
    ["platform", event.platform],
    ["app", event.app],
    ["received", time(event.receivedAt)],
    ["first attempt", firstAttemptAt === null ? "none" : time(firstAttemptAt)],
    ["last attempt", lastAttemptAt === null ? "none" : time(lastAttemptAt)],
    ["generation", `${entry.generation} (replays make it grow)`],
  ];
  for (const [name, value] of lines) cli.say(`${cli.paint.bold(name.padEnd(14))} ${shown(value, 800)}`);
  for (const { at, reason: why } of history) cli.say(`${" ".repeat(15)}${time(at)}  ${reasonText(why)}`);
}

function addExport(group: Command, cli: Cli): void {
  const command = group
    .command("export")
    .description("Write dead letters of all machines as the lines of a dead-letter file.")
    .option("--to <file>", "a new file, readable by its owner alone; standard output unless given");
  addSelectionOptions(command);
  define(command, cli, {
    goesBy: "store",
    examples: [["dead-letters export --connector crm --to crm.jsonl", "crm's, to be looked through and replayed from"]],
    exits: { 1: "the file cannot be written" },
    act: (options: ExportOptions) =>
      cli.withStore((operations, known) => exportLetters(cli, options, operations, known)),
  });
}

interface ExportOptions extends SelectionOptions {
  readonly to?: string;
}

async function exportLetters(
  cli: Cli,
  options: ExportOptions,
  operations: Operations,
  { secrets }: Known,
): Promise<ExitCode> {
  const { to } = options;
  const writeAll = (write: Write) => writeLetters(cli, operations, options, redactor(secrets), write);
  if (to === undefined) {
    await writeAll(cli.io.out.write);
    return EXIT.ok;
  }
  // never over another: it may hold the only copy of something
  const file = await open(resolve(cli.io.cwd, to), "wx", 0o600).catch((error: unknown) => {
    throw new CommandEnd(`${shown(to)} cannot be made: ${errorLine(error)}`, EXIT.notWell);
  });
  const written = await writeAll(async (text) => {
    await file.write(text);
  }).finally(() => file.close());
  cli.say(`${count(written, "dead letter")} written to ${shown(to)}`);
  return EXIT.ok;
}

type Write = (lines: string) => void | Promise<void>;

/** Returns how many. */
function writeLetters(
  cli: Cli,
  operations: Operations,
  options: SelectionOptions,
  redact: (text: string) => string,
  write: Write,
): Promise<number> {
  let lines = 0;
  return withProgress(cli, async (show) =>
    operations.writeDeadLetters(filterOf(options), redact, async (text) => {
      await write(escaped(text));
      lines += text.split("\n").length - 1;
      show(`${count(lines, "dead letter")} written`);
    }),
  );
}
