/** How `dead-letters replay` and `discard` tell people what is meant, and what is left alone. */
import { count, number } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { LineFault } from "../../dead-letters/read.ts";
import { type Hold, wholeHoldText } from "../../operations/deliveries/hold.ts";
import type { Repair } from "../../operations/deliveries/repair.ts";
import type { Operations } from "../../operations/operations.ts";
import type { Cli } from "../cli.ts";

/** Of what was left alone, so many are named. */
const MOST_NAMED = 5;

export interface Meant {
  readonly repair: Repair;
  /** What holds all that waits for a connector, by its name. */
  readonly holds: ReadonlyMap<string, Hold>;
  readonly deliveries: number;
  readonly meant: readonly { readonly connector: string; readonly class: string; readonly count: number }[];
}

export function sayMeant(cli: Cli, { repair, holds, deliveries, meant }: Meant): void {
  cli.say(
    deliveries === 0
      ? `There is nothing to ${repair}.`
      : `To ${repair}: ${cli.paint.bold(count(deliveries, "dead letter"))}`,
  );
  for (const [connector, classes] of Map.groupBy(meant, (one) => one.connector)) {
    const parts = classes.map((one) => `${number(one.count)} ${one.class}`).join(", ");
    const hold = repair === "replay" ? holdWords(holds.get(connector)) : undefined;
    cli.say(`  ${shown(connector)}: ${parts}${hold === undefined ? "" : `; ${hold}`}`);
  }
}

/** After what every connector gets: where it is not sent for the time being. @param connectors those of the configuration */
export async function sayHeldAmong(
  cli: Cli,
  operations: Pick<Operations, "holds">,
  connectors: readonly { readonly name: string }[],
): Promise<void> {
  sayHeld(cli, await operations.holds(connectors.map(({ name }) => name)));
}

/** After a replay: what is not sent for the time being, though somebody has just asked for it. */
export function sayHeld(cli: Cli, holds: ReadonlyMap<string, Hold>): void {
  for (const [connector, hold] of holds) {
    const words = holdWords(hold);
    if (words !== undefined) cli.say(`  ${shown(connector)}: ${words}`);
  }
}

/** That no bridge runs is said once, and not of each connector. */
function holdWords(hold: Hold | undefined): string | undefined {
  if (hold === undefined || hold.by === "no_bridge") return undefined;
  if (hold.by === "not_configured") return "not in the configuration: they wait until it is";
  const words = wholeHoldText(hold, Date.now());
  return words === undefined ? undefined : `they wait: ${words}`;
}

const LEFT: Readonly<Record<string, string>> = {
  delivered: "delivered meanwhile",
  superseded: "overtaken by a newer event meanwhile",
  waiting: "waiting already: on their way again",
  discarded: "discarded by a person",
  skipped: "skipped: the connector's settings say not to send them",
  orphan: "their connector is not configured any more",
  again: "replayed by somebody meanwhile, and given up again",
  unknown: "not in this store",
};

/** @param left with why each was left alone  @param amount how many there are of these, where not all are named */
export function sayLeft(
  cli: Cli,
  left: readonly { readonly id: string; readonly why: string }[],
  amount?: number,
): void {
  for (const [why, ids] of Map.groupBy(left, (one) => one.why)) {
    const all = amount ?? ids.length;
    cli.say(`Left alone, ${LEFT[why] ?? shown(why)}: ${number(all)}`);
    for (const { id } of ids.slice(0, MOST_NAMED)) cli.say(`  ${shown(id)}`);
    if (all > MOST_NAMED) cli.say("  …");
  }
}

export function sayLineFaults(cli: Cli, faults: readonly LineFault[]): void {
  if (faults.length > 0) cli.say(`Lines of the file that are left out: ${number(faults.length)}`);
  for (const { line, what } of faults.slice(0, MOST_NAMED)) cli.say(`  line ${line}: ${shown(what)}`);
  if (faults.length > MOST_NAMED) cli.say("  …");
}
