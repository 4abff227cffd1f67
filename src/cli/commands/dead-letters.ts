/** `dead-letters`: what was given up, looked at, written to a file, tried again or put away. */

import type { Command } from "commander";
import { count } from "../../basics/format.ts";
import { escaped, shown } from "../../basics/text.ts";
import { redactor } from "../../config/credentials/redact.ts";
import type { Known } from "../../operations/known.ts";
import type { Operations } from "../../operations/operations.ts";
import type { Cli } from "../cli.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { writeNewFile } from "../new-file.ts";
import { addSelectionOptions, filterOf, type SelectionOptions } from "../selecting.ts";
import { withProgress } from "../terminal/progress.ts";
import { addDeadLetterRepairs } from "./dead-letters-repair.ts";
import { addDeliveryShow } from "./delivery-show.ts";
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
  addDeliveryShow(group, cli, "as `list` and the dead-letter file show it", [
    ["dead-letters show 3f0c…:crm", "why exactly was it given up?"],
  ]);
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
    act: (options: SelectionOptions & ListOptions) =>
      cli.withStore((operations) => listEntries(cli, operations, { ...filterOf(options), states: ["dead"] }, options)),
  });
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
  const written = await writeNewFile(to, cli.io.cwd, writeAll);
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
