/** `check --against 24h`: this file over the events that the store holds. Sends nothing. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { number, time } from "../../basics/format.ts";
import type { Config } from "../../config/checked-config.ts";
import { renderFaults } from "../../config/faults/render.ts";
import type { AgainstReport } from "../../operations/against/against.ts";
import { knownFrom } from "../../operations/known.ts";
import { withOperations } from "../../operations/operations.ts";
import { type Cli, onErr } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT } from "../io.ts";
import { parseTime } from "../selecting.ts";
import { withProgress } from "../terminal/progress.ts";
import { stoppable } from "../terminal/stopping.ts";

export interface AgainstChoice {
  /** Milliseconds since 1970. */
  readonly against?: number;
  readonly until?: number;
  readonly before?: string;
  readonly examples?: boolean;
}

export function addAgainstOptions(command: Command): Command {
  return command
    .option(
      "--against <when>",
      "also run it over the events received since (24h, 7d, a date), sending nothing: what would go, and what that changes",
      parseTime,
    )
    .option("--until <when>", "with --against: only events received before, as it is written there", parseTime)
    .option(
      "--before <file>",
      "with --against: the configuration whose requests are compared; that of the running bridge unless given",
    )
    .option("--no-examples", "with --against: numbers alone, without a person in them");
}

/** Ends a command line that says how to compare, and not with what. */
export function insistOnAgainst({ against, until, before, examples }: AgainstChoice): void {
  const given = before !== undefined ? "--before" : until !== undefined ? "--until" : undefined;
  const lone = given ?? (examples === false ? "--no-examples" : undefined);
  if (against !== undefined || lone === undefined) return;
  throw new CommandEnd(`${lone} is for --against: say since when as well, such as --against 24h`, EXIT.usage);
}

/** How many of each kind. */
const EXAMPLES = 3;

/** `null` where it was stopped. */
export async function againstStore(
  cli: Cli,
  config: Config,
  { until, before, examples = true }: AgainstChoice,
  since: number,
): Promise<AgainstReport | null> {
  const compared = before === undefined ? undefined : await faultless(cli, before);
  return withOperations(config.storage, knownFrom(config), cli.asking(), (operations) =>
    stoppable(cli, (signal) =>
      withProgress(cli, (show) =>
        operations.compareAgainst(config, {
          ...{ since, examples: examples ? EXAMPLES : 0, signal },
          ...(compared && { before: compared }),
          ...(until !== undefined && { until }),
          running: (file, hash) => asTakenOver(cli, file, hash),
          onLooked: (events, backTo) => show(`${number(events)} events looked at, back to ${time(backTo)}`),
        }),
      ),
    ),
  );
}

async function faultless(cli: Cli, name: string): Promise<Config> {
  const loaded = await cli.loadOther(name);
  if (loaded.ok) return loaded.config;
  throw new CommandEnd(`--before: ${renderFaults(loaded.faults, onErr(cli.io))}`, EXIT.usage);
}

/** The configuration of a running bridge, where this machine still has it as the bridge took it over. */
async function asTakenOver(cli: Cli, file: string, hash: string): Promise<Config | undefined> {
  const loaded = await cli.loadOther(file);
  return loaded.ok && loaded.config.readFrom.get(resolve(file)) === hash ? loaded.config : undefined;
}
