/** What `--help` says beyond the options: examples that can be copied, and exit codes. */
import type { Command } from "commander";
import type { Io } from "./io.ts";

export interface Help {
  /** Command lines without the program's name, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What the exit codes mean here, beyond those of every command. */
  readonly exits?: Readonly<Record<number, string>>;
}

const EXITS: Readonly<Record<number, string>> = {
  0: "all is well",
  2: "the command line or the configuration is wrong; nothing was done",
  3: "the store could not be reached",
};

export function explain(command: Command, { name }: Io, { examples, exits = {} }: Help): Command {
  const lines = examples.flatMap(([line, what]) => [`  # ${what}`, `  ${name} ${line}`]);
  const codes = Object.entries({ ...EXITS, ...exits }).map(([code, words]) => `  ${code}  ${words}`);
  return command.addHelpText("after", ["", "Examples:", ...lines, "", "Exit codes:", ...codes].join("\n"));
}
