/** `reconcile discard`: takes people off the roster who are held, after it has said whom. */
import type { Command } from "commander";
import { count } from "../../basics/format.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { confirmed } from "../terminal/confirm.ts";
import {
  addDecisionOptions,
  type DecisionOptions,
  decidedChoice,
  peopleInGroups,
  sayGroups,
} from "./reconcile-choice.ts";

export function addReconcileDiscard(group: Command, cli: Cli): void {
  const command = addDecisionOptions(group.command("discard")).description(
    "Take those who wait for a decision off the roster, until they subscribe again. Nobody is sent.",
  );
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["reconcile discard --account @TOA#_news", "who would be taken off?"],
      ["reconcile discard --account @TOA#_news --yes", "take them off"],
    ],
    exits: { 1: "nobody waits for a decision" },
    act: (options: DecisionOptions) => discard(cli, options),
  });
}

async function discard(cli: Cli, options: DecisionOptions): Promise<ExitCode> {
  const choice = decidedChoice(options);
  return cli.withStore(async (operations) => {
    const groups = await operations.heldMissing(choice);
    const people = peopleInGroups(groups);
    if (!options.json) sayGroups(cli, groups, "They are not sent, and known again only when they subscribe again.");
    const isAgreed = people > 0 && (await confirmed(cli, options, "Take them off?"));
    const discarded = isAgreed ? await operations.discardMissing(groups, choice) : undefined;
    if (options.json) cli.sayJson({ done: discarded !== undefined, people: discarded ?? people, groups });
    else if (discarded !== undefined) cli.say(`Took ${count(discarded, "person", "people")} off the roster.`);
    return people > 0 ? EXIT.ok : EXIT.notWell;
  });
}
