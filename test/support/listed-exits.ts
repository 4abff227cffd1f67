/** The command line, where a command that ends with an exit code which its help does not list fails whatever test runs it. */
import assert from "node:assert/strict";
import type { Command } from "commander";
import type { AddCommand } from "../../src/cli/commands.ts";
import { exitsOf } from "../../src/cli/define.ts";
import type { ExitCode, Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { addDemo } from "../../src/demo/command.ts";

/** Runs a command line in this process, `demo` included. */
export async function runListed(args: readonly string[], io: Io): Promise<ExitCode> {
  let ran: Command | undefined;
  const watch: AddCommand = ({ program }) => {
    program.hook("preAction", (_, command) => {
      ran = command;
    });
  };
  const code = await run(args, io, [addDemo, watch]);
  const isListed = ran === undefined || exitsOf(ran).has(code);
  assert.ok(isListed, `"${args.join(" ")}" ended with exit code ${code}, which its --help does not list`);
  return code;
}
