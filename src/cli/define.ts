/** What makes a command one: its help, and what it does. */
import type { Command } from "commander";
import type { Cli } from "./cli.ts";
import type { ExitCode, Io } from "./io.ts";

/** What `--help` says beyond the options: examples that can be copied, and exit codes. */
export interface Help {
  /** Command lines without the program's name, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What the exit codes mean here, beyond those of every command. */
  readonly exits?: Readonly<Record<number, string>>;
}

export interface Definition<A extends unknown[]> extends Help {
  /** Gets the arguments, then the options; the exit code that it resolves with becomes the program's. */
  act(...args: A): ExitCode | Promise<ExitCode>;
}

const EXITS: Readonly<Record<number, string>> = {
  0: "all is well",
  2: "the command line or the configuration is wrong; nothing was done",
  3: "the store could not be reached",
};

/** Says what a command that is named and has its options is for, and what it does. */
export function define<A extends unknown[]>(command: Command, cli: Cli, { act, ...help }: Definition<A>): void {
  explain(command, cli.io, help).action(async (...args) => cli.finish(await act(...(args as unknown as A))));
}

/** The help alone, of a group of commands. */
export function explain(command: Command, { name }: Pick<Io, "name">, { examples, exits = {} }: Help): Command {
  const lines = examples.flatMap(([line, what]) => [`  # ${what}`, `  ${name} ${line}`]);
  const codes = Object.entries({ ...EXITS, ...exits }).map(([code, words]) => `  ${code}  ${words}`);
  return command.addHelpText("after", ["", "Examples:", ...lines, "", "Exit codes:", ...codes].join("\n"));
}
