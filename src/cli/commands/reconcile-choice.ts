/** Whom a command of `reconcile` means, and how what is known of them is told. */
import type { Command } from "commander";
import { count } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { AccountChoice, MissingGroup } from "../../operations/reconciling/missing.ts";
import type { MissingState } from "../../storage/contract/missing.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT } from "../io.ts";
import type { ConfirmOptions } from "../terminal/confirm.ts";

export function addAccountOptions(command: Command): Command {
  return command
    .option("--app <id>", "only of this app: its SDKAppID")
    .option("--account <id>", "only of this official account; ids are case-sensitive");
}

export function accountChoice({ app, account }: AccountChoice): AccountChoice {
  return { ...(app !== undefined && { app }), ...(account !== undefined && { account }) };
}

/** What is known of them. */
export const STATES: Readonly<Record<MissingState, string>> = {
  found: "to be asked about",
  held: "held",
  baseline: "known before the first comparison",
  quarantined: "named in the quarantine",
  no_moment: "no moment is left at which they could have left",
  came_back: "left and came back",
};

/** Of a command that decides about people. */
export interface DecisionOptions extends AccountChoice, ConfirmOptions {
  readonly all?: true;
}

export function addDecisionOptions(command: Command): Command {
  return addAccountOptions(command)
    .option("--all", "of every account")
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
}

/** Ends the command where nobody is named, or everybody and somebody. */
export function decidedChoice(options: DecisionOptions): AccountChoice {
  const choice = accountChoice(options);
  if (Object.keys(choice).length > 0 !== (options.all === true)) return choice;
  throw new CommandEnd("Say whose: --account ID, --app ID, or --all for every account.", EXIT.usage);
}

export const peopleInGroups = (groups: readonly MissingGroup[]): number =>
  groups.reduce((sum, { people }) => sum + people, 0);

/** @param effect what would become of them */
export function sayGroups(cli: Cli, groups: readonly MissingGroup[], effect: string): void {
  for (const { app, account, state, people } of groups) {
    cli.say(`${shown(account)} of app ${app}: ${count(people, "person", "people")}, ${STATES[state]}`);
  }
  cli.say(groups.length === 0 ? "Nobody waits for a decision." : effect);
}
