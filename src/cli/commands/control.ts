/** `pause`, `resume`, `retry --now`: a person's hand on connectors, beside a running bridge. */
import type { Command } from "commander";
import { count } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { Operations } from "../../operations/operations.ts";
import { NOBODY_SERVES } from "../../operations/served.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { collected } from "../selecting.ts";

export function addControl(cli: Cli): void {
  addPause(cli);
  addResume(cli);
  addRetry(cli);
}

interface Options {
  readonly connector?: readonly string[];
  readonly all?: boolean;
  readonly why?: string;
}

/** Which connectors are meant, in either form: `pause crm`, or `pause --connector crm`. */
function addChoice(command: Command): Command {
  return command
    .argument("[connectors...]", "their names in the configuration")
    .option("--connector <name>", "this connector; may be given several times", collected)
    .option("--all", "every connector of the store")
    .option("--why <text>", "the reason, for others: it stands in the audit, and with a pause in `status`");
}

/** Ends the command, before anything is done, when one of them is unknown or nobody said which. */
async function chosen(
  operations: Operations,
  names: readonly string[],
  { connector = [], all }: Options,
): Promise<readonly string[]> {
  const named = [...new Set([...names, ...connector])];
  for (const name of named) await operations.insistOnConnector(name);
  return all ? operations.connectorNames() : named;
}

function insistOnChoice(names: readonly string[], { connector = [], all }: Options): void {
  if (names.length + connector.length > 0 !== (all === true)) return;
  throw new CommandEnd("Say which: NAME, --connector NAME, or --all for every connector.", EXIT.usage);
}

function addPause(cli: Cli): void {
  const command = cli.program
    .command("pause")
    .description("Pause connectors. Their queues are kept, and they stay paused until `resume`.");
  define(addChoice(command), cli, {
    goesBy: "store",
    examples: [
      ["pause crm", "send nothing to crm for now"],
      ['pause crm --why "the portal moves"', "the same, and others see why"],
      ["pause --all", "send nothing anywhere"],
    ],
    act: (names: string[], options: Options) =>
      forEach(cli, names, options, async (operations, name) => {
        await operations.pause(name, options.why);
        const when = (await operations.isServed()) ? "on a running bridge within a second" : `also ${NOBODY_SERVES}`;
        return `${shown(name)} is paused, ${when}. \`resume ${name}\` lets it go on.`;
      }),
  });
}

function addResume(cli: Cli): void {
  const command = cli.program.command("resume").description("Let connectors go on, whatever paused them.");
  define(addChoice(command), cli, {
    goesBy: "store",
    examples: [
      ["resume crm", "send to crm again"],
      ["resume --all", "send everywhere again"],
    ],
    act: (names: string[], options: Options) =>
      forEach(cli, names, options, async (operations, name) => {
        await operations.resume(name, options.why);
        const when = (await operations.isServed()) ? ", on a running bridge within a second" : ` ${NOBODY_SERVES}`;
        return `${shown(name)} goes on${when}.`;
      }),
  });
}

/** @param act does it to one, and returns what to say */
function forEach(
  cli: Cli,
  names: readonly string[],
  options: Options,
  act: (operations: Operations, name: string) => Promise<string>,
): Promise<ExitCode> {
  insistOnChoice(names, options);
  return cli.withStore(async (operations) => {
    for (const name of await chosen(operations, names, options)) cli.say(await act(operations, name));
    return EXIT.ok;
  });
}

function addRetry(cli: Cli): void {
  const command = cli.program
    .command("retry")
    .description("Try waiting deliveries again at once, without waiting for their time.")
    .option("--now", "needed: it is now that they are tried");
  define(addChoice(command), cli, {
    goesBy: "store",
    examples: [
      ["retry --now --connector crm", "crm is well again: do not wait"],
      ["retry --now crm partner", "the same for two"],
      ["retry --now --all", "the same for every connector"],
    ],
    act: (names: string[], options: Options & { now?: boolean }) => retry(cli, names, options),
  });
}

async function retry(cli: Cli, names: readonly string[], options: Options & { now?: boolean }): Promise<ExitCode> {
  if (options.now !== true)
    throw new CommandEnd("Say --now: without it, everything is tried in its own time anyway.", EXIT.usage);
  return forEach(cli, names, options, async (operations, name) => {
    const { waiting, isHeld } = await operations.retry(name, options.why);
    const when = (await operations.isServed()) ? "now" : NOBODY_SERVES;
    if (waiting === 0) return `${shown(name)}: nothing waits to be tried again`;
    const words = isHeld ? `but it is paused until \`resume ${name}\`` : `tried again ${when}`;
    return `${shown(name)}: ${count(waiting, "delivery", "deliveries")} waiting, ${words}`;
  });
}
