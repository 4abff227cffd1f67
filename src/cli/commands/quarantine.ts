/** `quarantine`: authentic callbacks that could not be understood, looked at and read again. */
import type { Command } from "commander";
import { duration, size, time } from "../../basics/format.ts";
import { printableLines, shown } from "../../basics/text.ts";
import { endWithin } from "../../basics/width.ts";
import { bodyText, editedText, quarantineEntryJson, quarantineHeadJson } from "../../operations/quarantine/list.ts";
import { aheadMs, cameStale } from "../../operations/quarantine/stale-selection.ts";
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { Found } from "../../storage/contract/questions.ts";
import { isFarBehind } from "../../storage/rules/quarantine-bounds.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define, explain } from "../define.ts";
import { EXIT } from "../io.ts";
import { entryMeant } from "../naming.ts";
import { parseCount } from "../selecting.ts";
import type { JsonOption } from "../terminal/printer.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { ID, type ListOptions, sayNext, TIME } from "./list.ts";
import { addQuarantineEdit } from "./quarantine-edit.ts";
import { addQuarantineReplay } from "./quarantine-replay.ts";

export function addQuarantine(cli: Cli): void {
  const group = cli.program
    .command("quarantine")
    .description("Authentic callbacks that could not be understood, or came stale: look, read again.");
  explain(group, cli.io, { examples: [["quarantine list", "is there any, and what was wrong?"]] });
  addList(group, cli);
  addShow(group, cli);
  addQuarantineEdit(group, cli);
  addQuarantineReplay(group, cli);
}

function addList(group: Command, cli: Cli): void {
  const list = group
    .command("list")
    .description("List what could not be understood, oldest first.")
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <id>", "go on behind this one: the last of the page before");
  define(list, cli, {
    goesBy: "store",
    json: "for scripts; without the bodies",
    examples: [
      ["quarantine list", "what could not be understood, and why"],
      ["quarantine list --json", "for a script"],
    ],
    act: ({ limit, after, json = false }: ListOptions) =>
      cli.withStore(async (operations) => {
        const isPlace = after === undefined || /^\d{1,16}$/.test(after);
        const place = isPlace ? after : await entryMeant(operations, after, EXIT.usage);
        const page = await operations.quarantined({ limit, ...(place !== undefined && { after: place }) });
        if (page === null) {
          throw new CommandEnd(`--after ${shown(after ?? "")} is not in the quarantine (any more)`, EXIT.usage);
        }
        cli.show(
          { json },
          () => ({ entries: page.entries.map(quarantineHeadJson), next: page.next }),
          () => sayList(cli, page),
        );
        return EXIT.ok;
      }),
  });
}

function sayList(cli: Cli, { entries, next }: Found<QuarantineEntry>): void {
  const rows = entries.map((entry): Cell[] => [
    time(entry.receivedAt),
    entry.app,
    entry.command,
    size(entry.size),
    offText(entry),
    entry.id,
    entry.edited === undefined
      ? entry.fault
      : `edited by ${entry.edited.by.name}, to be replayed; it was: ${entry.fault}`,
  ]);
  cli.say(entries.length === 0 ? "The quarantine is empty." : cli.table(COLUMNS, rows));
  sayNext(cli, next);
}

const COLUMNS: readonly Column[] = [
  { title: "RECEIVED", ...TIME, rank: 1 },
  { title: "APP", rank: 4 },
  { title: "COMMAND", least: 12, rank: 5, cut: cutFront },
  { title: "SIZE", align: "right", rank: 3 },
  { title: "OFF", rank: 2 },
  { title: "ID", ...ID },
  { title: "FAULT", least: 24 },
];

/** Commands of Chat begin alike. */
function cutFront(text: string, columns: number): string {
  return `…${endWithin(text, columns - 1)}`;
}

/** How far its RequestTime was from our clock when it came; `!` where it lay far behind the newest of its app. */
function offText(entry: QuarantineEntry): string {
  if (!cameStale(entry)) return "";
  const ahead = aheadMs(entry);
  if (ahead === undefined) return "?";
  const mark = entry.stale !== undefined && isFarBehind(entry.stale) ? " !" : "";
  return `${ahead < 0 ? "-" : "+"}${duration(Math.abs(ahead))}${mark}`;
}

function addShow(group: Command, cli: Cli): void {
  const show = group
    .command("show")
    .argument("<id>", "its id, as `list` shows it, or the beginning of it")
    .description("Show one with its body as it came.");
  define(show, cli, {
    goesBy: "store",
    json: "for scripts; the body is text, or base64 where it is not UTF-8",
    examples: [["quarantine show 9b1d…07", "what exactly did come?"]],
    exits: { 1: "there is no entry with this id" },
    act: (id: string, options: JsonOption) =>
      cli.withStore(async (operations) => {
        const entry = await operations.quarantineEntry(await entryMeant(operations, id));
        if (entry === null) throw new CommandEnd(`There is no entry "${shown(id)}" in the quarantine.`, EXIT.notWell);
        cli.show(
          options,
          () => quarantineEntryJson(entry),
          () => sayEntry(cli, entry),
        );
        return EXIT.ok;
      }),
  });
}

function sayEntry(cli: Cli, entry: QuarantineEntry): void {
  const lines: (readonly [string, string])[] = [
    ["id", entry.id],
    ["fault", entry.fault],
    ["received", time(entry.receivedAt)],
    ["app", entry.app],
    ["command", entry.command],
    ["platform", entry.platform],
    ["client", entry.clientIp],
    ["size", size(entry.size)],
    ...(entry.edited === undefined ? [] : [["edited", editedText(entry.edited)] as const]),
    ...staleLines(entry),
  ];
  for (const [name, value] of lines) cli.say(`${cli.paint.bold(name.padEnd(9))} ${shown(value, 600)}`);
  cli.say();
  const { body, encoding } = bodyText(entry);
  if (body === "") cli.say(entry.size > 0 ? "Its body was not kept." : "Its body is empty.");
  else cli.sayExactly(encoding === "utf8" ? printableLines(body) : `base64: ${body}`);
  if (entry.edited?.original === undefined) return;
  const original = bodyText({ body: entry.edited.original });
  cli.say();
  cli.say(cli.paint.bold("As it came"));
  cli.sayExactly(original.encoding === "utf8" ? printableLines(original.body) : `base64: ${original.body}`);
}

function staleLines({ stale, receivedAt }: QuarantineEntry): (readonly [string, string])[] {
  if (stale === undefined) return [];
  const { requestTime, behindMs } = stale;
  const off = `${duration(Math.abs(requestTime - receivedAt))} ${requestTime < receivedAt ? "behind" : "ahead of"} our clock`;
  const lay = behindMs === 0 ? "the newest of its app" : `${duration(behindMs)} behind the newest of its app`;
  const todo = isFarBehind(stale) ? "; it may be an old URL in wrong hands, and is replayed by --id alone" : "";
  return [
    ["sent", `${time(requestTime)}, ${off}`],
    ["lay", `${lay} when it came${todo}`],
  ];
}
