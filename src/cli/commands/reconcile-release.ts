/** `reconcile release`: sends those who are held and have left, after it has said whom it would ask Chat about. */
import type { Command } from "commander";
import { count, number } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { AccountReleased } from "../../operations/reconciling/release.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { confirmed } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";
import { stoppable } from "../terminal/stopping.ts";
import {
  addDecisionOptions,
  type DecisionOptions,
  decidedChoice,
  peopleInGroups,
  sayGroups,
} from "./reconcile-choice.ts";
import { sayHeldAmong } from "./repair-words.ts";

export function addReconcileRelease(group: Command, cli: Cli): void {
  const command = addDecisionOptions(group.command("release")).description(
    "Ask Chat again about each who waits for a decision, and send those who have left.",
  );
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["reconcile release --account @TOA#_news", "who would be asked about?"],
      ["reconcile release --account @TOA#_news --yes", "ask, and send those who have left"],
    ],
    exits: {
      1: "nobody waits for a decision, or not all could be asked about",
      3: "the store could not be reached",
    },
    act: (options: DecisionOptions) => release(cli, options),
  });
}

async function release(cli: Cli, options: DecisionOptions): Promise<ExitCode> {
  const choice = decidedChoice(options);
  return cli.withConfiguredStore(async (operations, config) => {
    const groups = await operations.heldMissing(choice);
    const people = peopleInGroups(groups);
    if (!options.json)
      sayGroups(cli, groups, "Chat is asked about each of them; who has left is sent, who is there is not.");
    const isAgreed = people > 0 && (await confirmed(cli, options, "Ask, and send those who have left?"));
    if (!isAgreed) {
      if (options.json) cli.sayJson({ done: false, people, groups });
      return people > 0 ? EXIT.ok : EXIT.notWell;
    }
    // Ctrl-C ends it behind the person who is being asked about
    const accounts = await stoppable(cli, (signal) =>
      withProgress(cli, (show) =>
        operations.releaseMissing(groups, choice, {
          ...{ config, signal, version: cli.io.version },
          onAsked: (asked) => show(`Chat asked about ${number(asked)} of ${count(people, "person", "people")}`),
        }),
      ),
    );
    if (options.json) cli.sayJson({ done: true, accounts });
    else {
      for (const account of accounts) cli.say(releasedText(account));
      await sayHeldAmong(cli, operations, config.connectors);
    }
    return accounts.every(isWhole) ? EXIT.ok : EXIT.notWell;
  });
}

const isWhole = (released: AccountReleased): boolean =>
  released.tag === "released" && released.why === undefined && released.people.alone === 0;

function releasedText(released: AccountReleased): string {
  return `${shown(released.account)} of app ${released.app}: ${endText(released)}`;
}

function endText(released: AccountReleased): string {
  switch (released.tag) {
    case "refused":
      return `nobody was asked about: ${shown(released.why)}`;
    case "lost":
      return "a pass took the account over; `reconcile show` lists who is left";
    case "stopped":
      return "stopped before its end; `reconcile show` lists who is left";
    case "released": {
      const { healed, present, alone, outrun, no_moment: noMoment } = released.people;
      const rest = [
        `${number(healed)} sent`,
        `${number(present)} there`,
        ...(outrun === 0 ? [] : [`of ${number(outrun)} something newer is known`]),
        ...(noMoment === 0 ? [] : [`for ${number(noMoment)} no moment is left at which they could have left`]),
        ...(alone === 0 ? [] : [`of ${number(alone)} nothing could be learnt`]),
        ...(released.why === undefined ? [] : [`ended: ${shown(released.why)}`]),
      ];
      return rest.join(", ");
    }
  }
}
