/** What makes a command one: its help, and what it does. */
import type { Command } from "commander";
import type { Cli } from "./cli.ts";
import type { ExitCode, Io } from "./io.ts";

/** What `--help` says beyond the options: examples that can be copied, and exit codes. */
export interface Help {
  /** Command lines without the program's name, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What the exit codes mean here, where it is more than of every command. */
  readonly exits?: Readonly<Record<number, string>>;
}

export interface CommandDefinition<A extends unknown[]> extends Help {
  /**
   * What it goes by: the store alone, which `--store` may name as well, or the configuration, whole or still to be made. What the
   * latter would do with another store, nobody knows.
   */
  readonly goesBy: "store" | "configuration";
  /** It takes `--json`; what is to be said of that unless it is "for scripts". */
  readonly json?: true | string;
  /** Gets the arguments, then the options; the exit code that it resolves with becomes the program's. */
  act(...args: A): ExitCode | Promise<ExitCode>;
}

const EXITS: Readonly<Record<number, string>> = {
  0: "all is well",
  2: "the command line or the configuration is wrong; nothing was done",
};

/** Of commands that go by the store; others say themselves what they cannot reach. */
const UNREACHED = { 3: "the store, or the bridge that --url names, could not be reached" };

const byConfiguration = new WeakSet<Command>();
const listed = new WeakMap<Command, ReadonlySet<number>>();

/** True for a command that another store than the configured one is of no use to. */
export function goesByConfiguration(command: Command): boolean {
  return byConfiguration.has(command);
}

/** The exit codes that its help lists: it has no others. */
export function exitsOf(command: Command): ReadonlySet<number> {
  return listed.get(command) ?? new Set();
}

/** Says what a command that is named and has its options is for, and what it does. */
export function define<A extends unknown[]>(command: Command, cli: Cli, definition: CommandDefinition<A>): void {
  const { act, goesBy, json, exits, ...help } = definition;
  const isOfStore = goesBy === "store";
  if (!isOfStore) byConfiguration.add(command);
  if (json !== undefined) command.option("--json", json === true ? "for scripts" : json);
  explain(command, cli.io, { ...help, exits: { ...(isOfStore && UNREACHED), ...exits } }).action(async (...args) =>
    cli.finish(await act(...(args as unknown as A))),
  );
}

/** The help alone, of a group of commands. */
export function explain(command: Command, { name }: Pick<Io, "name">, { examples, exits = {} }: Help): Command {
  const lines = examples.flatMap(([line, what]) => [`  # ${what}`, `  ${name} ${line}`]);
  const all = Object.entries({ ...EXITS, ...exits });
  listed.set(command, new Set(all.map(([code]) => Number(code))));
  const codes = all.map(([code, words]) => `  ${code}  ${words}`);
  return command.addHelpText("after", ["", "Examples:", ...lines, "", "Exit codes:", ...codes].join("\n"));
}
