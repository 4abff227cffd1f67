/** `reconcile discard`: takes people off the roster who are held, after it has said whom. */
import type { Command } from "commander";
import { count } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { AccountChoice, MissingGroup } from "../../operations/reconciling/missing.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { type ConfirmOptions, confirmed } from "../terminal/confirm.ts";
import { addAccountOptions, choiceOf, STATES } from "./reconcile-choice.ts";

interface Options extends AccountChoice, ConfirmOptions {
  readonly all?: true;
}

export function addReconcileDiscard(group: Command, cli: Cli): void {
  const command = addAccountOptions(group.command("discard"))
    .description("Take those who wait for a decision off the roster, until they subscribe again. Nobody is sent.")
    .option("--all", "of every account")
    .option("--yes", "do it; without, it is shown, and asked on a terminal");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["reconcile discard --account @TOA#_news", "who would be taken off?"],
      ["reconcile discard --account @TOA#_news --yes", "take them off"],
    ],
    exits: { 1: "nobody waits for a decision" },
    act: (options: Options) => discard(cli, options),
  });
}

async function discard(cli: Cli, options: Options): Promise<ExitCode> {
  const choice = choiceOf(options);
  if (Object.keys(choice).length > 0 === (options.all === true)) {
    throw new CommandEnd("Say whose: --account ID, --app ID, or --all for every account.", EXIT.usage);
  }
  return cli.withStore(async (operations) => {
    const groups = await operations.heldMissing(choice);
    const people = peopleOf(groups);
    if (!options.json) sayMeant(cli, groups);
    const isAgreed = people > 0 && (await confirmed(cli, options, "Take them off?"));
    const discarded = isAgreed ? await operations.discardMissing(groups, choice) : undefined;
    if (options.json) cli.sayJson({ done: discarded !== undefined, people: discarded ?? people, groups });
    else if (discarded !== undefined) cli.say(`Took ${count(discarded, "person", "people")} off the roster.`);
    return people > 0 ? EXIT.ok : EXIT.notWell;
  });
}

const peopleOf = (groups: readonly MissingGroup[]): number => groups.reduce((sum, { people }) => sum + people, 0);

function sayMeant(cli: Cli, groups: readonly MissingGroup[]): void {
  if (groups.length === 0) {
    cli.say("Nobody waits for a decision.");
    return;
  }
  for (const { app, account, state, people } of groups) {
    cli.say(`${shown(account)} of app ${app}: ${count(people, "person", "people")}, ${STATES[state]}`);
  }
  cli.say("They are not sent, and known again only when they subscribe again.");
}
