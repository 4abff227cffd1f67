/** Lists of deliveries, page by page. */
import type { Command } from "commander";
import { time } from "../../basics/format.ts";
import type { PageOptions } from "../../basics/pages.ts";
import { shown } from "../../basics/text.ts";
import { entryJson, stateText, whyText } from "../../operations/deliveries/entry.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { holdText } from "../../operations/deliveries/hold.ts";
import type { Operations } from "../../operations/operations.ts";
import type { DeliveryFilter } from "../../storage/contract/ledger.ts";
import type { Found } from "../../storage/contract/questions.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { parseCount } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { type Cell, renderTable } from "../terminal/table.ts";

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
  const page = await operations.deliveries(filter, { limit, ...(after !== undefined && { after }) });
  if (page === null) {
    throw new CommandEnd(
      `--after ${shown(after ?? "")} is no delivery; take the last id of the page before`,
      EXIT.usage,
    );
  }
  cli.show(
    { json },
    () => ({ deliveries: page.entries.map((entry) => entryJson(entry, Date.now())), next: page.next }),
    () => sayPage(cli, page),
  );
  return page.entries.length === 0 ? EXIT.notWell : EXIT.ok;
}

function sayPage(cli: Cli, { entries, next }: Found<HeldEntry>): void {
  if (entries.length === 0) {
    cli.say("There is none.");
    return;
  }
  const columns = [
    { title: "EVENT TIME" },
    { title: "USER", widest: 32 },
    { title: "EVENT" },
    { title: "OFFICIAL ACCOUNT", widest: 24 },
    { title: "CONNECTOR" },
    { title: "STATE" },
    { title: "ATTEMPTS", align: "right" },
    { title: "WHY", widest: 100 },
    { title: "ID" },
  ] as const;
  const now = Date.now();
  const rows = entries.map((entry): Cell[] => [
    time(entry.event.eventTime),
    entry.event.user,
    entry.event.kind,
    entry.event.officialAccount,
    entry.connector,
    { text: stateText(entry), paint: entry.state === "dead" ? cli.paint.red : (text) => text },
    String(entry.attempts),
    whyInList(entry, now),
    entry.id,
  ]);
  cli.say(renderTable(columns, rows, cli.paint.bold));
  if (next !== null) cli.say(`\nThere are more: --after ${next}`);
}

function whyInList(entry: HeldEntry, now: number): string {
  const held = entry.hold === null ? "" : holdText(entry.hold, now);
  return [held, whyText(entry)].filter((part) => part !== "").join("; ");
}
