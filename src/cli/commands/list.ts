/** Lists of deliveries, page by page. */
import type { Command } from "commander";
import { time } from "../../basics/format.ts";
import type { PageOptions } from "../../basics/pages.ts";
import { shown } from "../../basics/text.ts";
import { cutMiddle } from "../../basics/width.ts";
import { isBeginning } from "../../operations/beginnings.ts";
import { entryJson, stateText, whyText } from "../../operations/deliveries/entry.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { holdText } from "../../operations/deliveries/hold.ts";
import type { Operations } from "../../operations/operations.ts";
import type { DeliveryFilter } from "../../storage/contract/ledger.ts";
import type { Found } from "../../storage/contract/questions.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { deliveryMeant } from "../naming.ts";
import { parseCount } from "../selecting.ts";
import { cutId, cutTime } from "../terminal/ids.ts";
import type { JsonOption } from "../terminal/printer.ts";
import type { Cell, Column } from "../terminal/table.ts";

export interface ListOptions extends PageOptions, JsonOption {}

export function addPageOptions(command: Command): Command {
  return command
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <id>", "go on behind this delivery: the last one of the page before");
}

/** One page of what `filter` means. */
export async function listEntries(
  cli: Cli,
  operations: Operations,
  filter: DeliveryFilter,
  { limit, after, json = false }: ListOptions,
): Promise<ExitCode> {
  // what a list shows is an id, perhaps without its middle; what it names as the next page is a place
  const place = after !== undefined && isBeginning(after) ? await deliveryMeant(operations, after, EXIT.usage) : after;
  const page = await operations.deliveries(filter, { limit, ...(place !== undefined && { after: place }) });
  if (page === null) {
    throw new CommandEnd(
      `--after ${shown(after ?? "")} is no delivery; take the last id of the page before`,
      EXIT.usage,
    );
  }
  cli.show(
    { json },
    () => ({ deliveries: page.entries.map((entry) => entryJson(entry, Date.now())), next: page.next }),
    () => sayPage(cli, page, filter.states?.join() === "dead" ? "dead letter" : "delivery"),
  );
  return EXIT.ok;
}

/** How a table tells a time, or an id; `rank` as in a column. */
export const TIME = { least: 11, cut: cutTime } as const;
export const ID = { least: 14, cut: cutId, yields: true } as const;

/** Says how to go on behind a page. */
export function sayNext({ say, sayExactly }: Pick<Cli, "say" | "sayExactly">, next: string | null): void {
  if (next === null) return;
  say();
  sayExactly(`There are more: --after ${next}`);
}

/** @param what it is a list of */
function sayPage(cli: Cli, { entries, next }: Found<HeldEntry>, what: string): void {
  if (entries.length === 0) {
    cli.say(`There is no such ${what}.`);
    return;
  }
  const now = Date.now();
  const rows = entries.map((entry): Cell[] => [
    time(entry.event.eventTime),
    entry.event.user,
    entry.event.kind,
    entry.event.officialAccount,
    entry.connector,
    { text: stateText(entry), paint: entry.state === "dead" ? cli.paint.red : (text) => text },
    String(entry.attempts),
    entry.id,
    whyInList(entry, now),
  ]);
  cli.say(cli.table(COLUMNS, rows));
  sayNext(cli, next);
}

const COLUMNS: readonly Column[] = [
  { title: "EVENT TIME", ...TIME, rank: 4 },
  { title: "USER", least: 8 },
  { title: "EVENT", rank: 5 },
  { title: "OFFICIAL ACCOUNT", least: 12, rank: 6 },
  { title: "CONNECTOR", least: 9, rank: 2, cut: cutMiddle },
  { title: "STATE", least: 10 },
  { title: "ATTEMPTS", align: "right", rank: 7 },
  { title: "ID", ...ID },
  { title: "WHY", least: 18, rank: 3 },
];

function whyInList(entry: HeldEntry, now: number): string {
  const held = entry.hold === null ? "" : holdText(entry.hold, now);
  return [held, whyText(entry)].filter((part) => part !== "").join("; ");
}
