/** The command line: every command, and what happens when one of them ends badly. */

import { Command, CommanderError } from "commander";
import { shownUrl } from "../basics/shown-url.ts";
import { nearest } from "../basics/suggest.ts";
import { printable, printableLines } from "../basics/text.ts";
import { thrownAt } from "../basics/user-frames.ts";
import { withShownUrls } from "../connector.ts";
import { errorLine } from "../operations/error-line.ts";
import { Refused } from "../operations/refused.ts";
import { type RemoteOptions, TOKEN_VARIABLE } from "./bridge-elsewhere.ts";
import { defaultConfig, openCli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { type AddCommand, commandsFor } from "./commands.ts";
import { explain, goesByConfiguration } from "./define.ts";
import { insistOnFile } from "./file-name.ts";
import { EXIT, type ExitCode, type Io, type Output } from "./io.ts";
import { oddArguments, oddOption } from "./odd-arguments.ts";
import { columnsOf, hasColours } from "./terminal/printer.ts";
import { fittedHelp } from "./terminal/shell-lines.ts";
import { fittedLines } from "./terminal/wrap.ts";

/**
 * Runs a command line. Never rejects: what goes wrong is one plain line on standard error.
 * @param more commands of rooms above this one
 */
export async function run(args: readonly string[], io: Io, more: readonly AddCommand[] = []): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = newProgram(io);
  const cli = openCli(program, io, (code) => {
    exitCode = code;
  });
  io.explainStray?.((error) => explainError(error, io.env, cli.complain));
  for (const add of [...(await commandsFor(args, program.options)), ...more]) add(cli);
  const odd = oddOption(args);
  if (odd !== undefined) {
    cli.complain(odd);
    return EXIT.usage;
  }
  for (const note of oddArguments(args)) cli.complain(note);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return explainError(error, io.env, cli.complain);
  }
}

function newProgram(io: Io): Command {
  const program = new Command(io.name)
    .description(
      "Carries every unsubscribe of a Tencent Cloud Chat official account to your CRM, analytics and webhooks.",
    )
    .version(io.version)
    .option("-c, --config <file>", "the configuration; UNSUB_BRIDGE_CONFIG names it unless given", defaultConfig(io))
    .option("--store <store>", "for commands that ask the store alone: a path, or the variable that holds the URL")
    .option(
      "--store-schema <name>",
      "PostgreSQL only, beside --store: the schema that holds the tables",
      "unsub_bridge",
    )
    .option(
      "--url <url>",
      `a bridge elsewhere, asked by its API; the token of an account: ${TOKEN_VARIABLE}, or --token-file`,
    )
    .option("--token-file <file>", "beside --url: the file that holds the token")
    .option("--as <name>", "who you are, for the audit; UNSUB_BRIDGE_USER, or the system's user, unless given")
    .hook("preAction", (all, command) => {
      handOn(all, command);
      insistOnStoreCommand(command, all.opts());
    })
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      // what stands behind the options it does not break
      writeOut: (text) => io.out.write(fittedHelp(text, columnsOf(io, io.out), io.name)),
      // what was typed is echoed
      writeErr: (text) =>
        io.err.write(fittedLines(withShownUrls(printableLines(withNearest(text))), columnsOf(io, io.err))),
      getOutHelpWidth: () => helpWidth(io, io.out),
      getErrHelpWidth: () => helpWidth(io, io.err),
      getOutHasColors: () => hasColours(io, io.out),
      getErrHasColors: () => hasColours(io, io.err),
    })
    .showHelpAfterError(`(${io.name} --help explains)`)
    .exitOverride();
  return explain(program, io, EXPLAINED);
}

const EXPLAINED = {
  examples: [
    ["init", "write a first configuration"],
    ["check --live", "look whether the configuration and its destinations are well"],
    ["serve", "run the bridge"],
    ["send --user jared", "post a signed sample callback to it"],
    ["trace jared", "see what became of it"],
  ],
  exits: {
    1: "the command ran, and what it looked at is not well",
    3: "the store, the bridge or a destination could not be reached, or it failed otherwise",
  },
} as const;

/** What was probably meant by a value that is none of the choices: commander says so of names alone. */
function withNearest(text: string): string {
  const [, typed = "", choices = ""] = /argument '([^']*)' is invalid\. Allowed choices are ([^.]+)\./.exec(text) ?? [];
  const near = nearest(typed, choices.split(", "));
  return near === undefined ? text : `${text.trimEnd()}\n(Did you mean ${near}?)\n`;
}

function helpWidth(io: Io, output: Output): number {
  const width = columnsOf(io, output);
  return width === Number.POSITIVE_INFINITY ? output.columns : width;
}

/** `send --url` is an option of its own, which the program has taken for its own of the same name. */
function handOn(program: Command, command: Command): void {
  for (const name of command.options.map((option) => option.attributeName())) {
    if (command === program || program.getOptionValueSource(name) !== "cli") continue;
    command.setOptionValueWithSource(name, program.getOptionValue(name), "cli");
    program.setOptionValueWithSource(name, undefined, undefined);
  }
}

interface GlobalOptions extends RemoteOptions {
  readonly config: string;
  readonly store?: string;
  readonly as?: string;
}

const usage = (words: string): CommandEnd => new CommandEnd(words, EXIT.usage);

function insistOnStoreCommand(command: Command, { store, url, tokenFile, as, config }: GlobalOptions): void {
  insistOnFile(config, "--config");
  if (url === undefined && tokenFile !== undefined) throw usage("--token-file is of use beside --url alone.");
  if (url !== undefined && store !== undefined)
    throw usage("--url and --store name two stores: leave one of them out.");
  if (url !== undefined && as !== undefined) throw usage("--as is of no use with --url: the token says who you are.");
  const named = store === undefined ? "--url" : "--store";
  if ((store ?? url) === undefined || !goesByConfiguration(command)) return;
  throw usage(
    `${named} is of no use to \`${pathOf(command)}\`: it goes by the configuration alone.${there(command, url)}`,
  );
}

/** Pages of the console that do what a command does with the settings of the bridge's machine. */
const PAGES: Readonly<Record<string, string>> = {
  ...{ "reconcile run": "/healing", "reconcile release": "/healing", "alerts test": "/alarms" },
  ...{ check: "/configuration", preview: "/configuration" },
};

function there(command: Command, url: string | undefined): string {
  const page = PAGES[pathOf(command)];
  if (url === undefined || page === undefined) return "";
  return ` Run it on the bridge's machine, or do it in its console: ${shownUrl(url).replace(/\/+$/, "")}${page}`;
}

/** `alerts test`, as it is typed behind the program's name. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

/** Says what went wrong, and returns the exit code for it. The stack is for those who ask. */
export function explainError(error: unknown, env: Io["env"], complain: (text: string) => void): ExitCode {
  // commander has said it already
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandEnd) {
    complain(error.message);
    return error.exitCode;
  }
  if (error instanceof Refused) {
    complain(printableLines(error.message));
    return error.why === "unreachable" ? EXIT.unreachable : EXIT.usage;
  }
  const { file, line, column } = thrownAt(error) ?? {};
  complain(`This failed: ${errorLine(error)}${file === undefined ? "" : ` (${printable(file)}:${line}:${column})`}`);
  if (env.UNSUB_BRIDGE_DEBUG !== "1") complain("UNSUB_BRIDGE_DEBUG=1 shows where.");
  else complain(printableLines(withShownUrls(String(error instanceof Error ? error.stack : error))));
  return EXIT.unreachable;
}
