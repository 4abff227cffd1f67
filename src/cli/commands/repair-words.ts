/** How `dead-letters replay` and `discard` tell people what is meant, and what is left alone. */
import { count, number } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { LineFault } from "../../dead-letters/read.ts";
import type { Repair } from "../../operations/deliveries/repair.ts";
import { configured, type Known } from "../../operations/known.ts";
import type { Cli } from "../cli.ts";

/** Of what was left alone, so many are named. */
const MOST_NAMED = 5;

export interface Meant {
  readonly repair: Repair;
  readonly known: Known;
  readonly deliveries: number;
  readonly meant: readonly { readonly connector: string; readonly class: string; readonly count: number }[];
}

export function sayMeant(cli: Cli, { repair, known, deliveries, meant }: Meant): void {
  cli.say(
    deliveries === 0
      ? `There is nothing to ${repair}.`
      : `To ${repair}: ${cli.paint.bold(count(deliveries, "dead letter"))}`,
  );
  for (const [connector, classes] of Map.groupBy(meant, (one) => one.connector)) {
    const parts = classes.map((one) => `${number(one.count)} ${one.class}`).join(", ");
    const isOrphan = repair === "replay" && configured(known, connector) === undefined;
    const note = isOrphan ? "; not in the configuration: they wait until it is" : "";
    cli.say(`  ${shown(connector)}: ${parts}${note}`);
  }
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
