/** Whom a command of `reconcile` means, and how what is known of them is told. */
import type { Command } from "commander";
import type { AccountChoice } from "../../operations/reconciling/missing.ts";
import type { MissingState } from "../../storage/contract/roster.ts";

export function addAccountOptions(command: Command): Command {
  return command
    .option("--app <id>", "only of this app: its SDKAppID")
    .option("--account <id>", "only of this official account; ids are case-sensitive");
}

export function choiceOf({ app, account }: AccountChoice): AccountChoice {
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
