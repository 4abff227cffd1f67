/** Lists of deliveries, page by page. */
import type { Command } from "commander";
import { time, until } from "../basics/format.ts";
import { shown } from "../basics/text.ts";
import { entryJson, stateText, whyText } from "../operations/deliveries/entry.ts";
import type { DeliveryFilter, LedgerEntry, Storage } from "../storage/contract.ts";
import type { Cli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { insistOnConnector, parseCount } from "./selecting.ts";
import { type Cell, renderTable } from "./table.ts";

export interface PageOptions {
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

export function addPageOptions(command: Command): Command {
  return command
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <id>", "go on behind this delivery: the last one of the page before")
    .option("--json", "for scripts");
}

/** One page of what `filter` means. */
export async function listEntries(
  cli: Cli,
  storage: Storage,
  filter: DeliveryFilter,
  { limit, after, json }: PageOptions,
): Promise<ExitCode> {
  await insistOnConnector(storage, filter.connector);
  await insistOnPage(storage, after);
  // one more than is shown tells whether there is another page
  const found = await storage.deliveries(filter, { limit: limit + 1, ...(after !== undefined && { after }) });
  const page = found.slice(0, limit);
  const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
  if (json) cli.sayJson({ deliveries: page.map(entryJson), next });
  else if (page.length === 0) cli.say("There is none.");
  else sayPage(cli, page, next);
  return page.length === 0 ? EXIT.notWell : EXIT.ok;
}

async function insistOnPage(storage: Storage, after: string | undefined): Promise<void> {
  if (after === undefined || (await storage.deliveries({ ids: [after] }, { limit: 1 })).length > 0) return;
  throw new CommandEnd(`--after ${shown(after)} is no delivery; take the last id of the page before`, EXIT.usage);
}

function sayPage(cli: Cli, page: readonly LedgerEntry[], next: string | null): void {
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
  const rows = page.map((entry): Cell[] => [
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

function whyInList(entry: LedgerEntry, now: number): string {
  const due = entry.state === "waiting" && entry.dueAt !== null ? `due ${until(entry.dueAt, now)}` : "";
  return [due, whyText(entry)].filter((part) => part !== "").join("; ");
}
