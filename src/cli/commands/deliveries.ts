/** `deliveries list`: the ledger, newest event first. */
import { type Command, Option } from "commander";
import type { DeliveryState } from "../../storage/contract/deliveries.ts";
import type { Cli } from "../cli.ts";
import { define, explain } from "../define.ts";
import { addSelectionOptions, filterOf, type SelectionOptions } from "../selecting.ts";
import { addDeliveryShow } from "./delivery-show.ts";
import { addPageOptions, type ListOptions, listEntries } from "./list.ts";

const STATES: readonly DeliveryState[] = ["waiting", "delivered", "dead", "superseded", "skipped", "discarded"];

type Options = SelectionOptions & ListOptions & { readonly state?: readonly DeliveryState[] };

export function addDeliveries(cli: Cli): void {
  const group = cli.program.command("deliveries").description("Ask the ledger of all deliveries.");
  explain(group, cli.io, { examples: [["deliveries list --state waiting", "what is on its way?"]] });
  addList(group, cli);
  addDeliveryShow(group, cli, "as `list` shows it", [["deliveries show 3f0c…:crm", "all that is known of it"]]);
}

function addList(group: Command, cli: Cli): void {
  const list = group.command("list").description("List deliveries, newest event first.");
  list.addOption(new Option("--state <state...>", "only those in these states").choices(STATES));
  addPageOptions(addSelectionOptions(list));
  define(list, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["deliveries list --state waiting --connector crm", "what waits for crm, and why"],
      ["deliveries list --user jared --json", "one user's, for a script"],
      ["deliveries list --since 2h --limit 1000", "more of them at once"],
    ],
    act: (options: Options) =>
      cli.withStore((operations) => {
        const { state } = options;
        return listEntries(cli, operations, { ...filterOf(options), ...(state && { states: state }) }, options);
      }),
  });
}
