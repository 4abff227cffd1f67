/** `quarantine`: authentic callbacks that could not be understood, looked at and read again. */
import { Buffer } from "node:buffer";
import type { Command } from "commander";
import { duration, size, time } from "../basics/format.ts";
import { printableLines, shown } from "../basics/text.ts";
import { aheadMs, isStale } from "../operations/quarantine/stale-selection.ts";
import type { QuarantineEntry, StaleMark } from "../storage/contract.ts";
import { isFarBehind } from "../storage/rules/quarantine-bounds.ts";
import type { Cli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { explain } from "./help.ts";
import { EXIT } from "./io.ts";
import { addQuarantineReplay } from "./quarantine-replay.ts";
import { parseCount } from "./selecting.ts";
import { type Cell, renderTable } from "./table.ts";

export function addQuarantine(cli: Cli): void {
  const group = cli.program
    .command("quarantine")
    .description("Authentic callbacks that could not be understood, or came stale: look, read again.");
  explain(group, cli.io, { examples: [["quarantine list", "is there any, and what was wrong?"]] });
  addList(group, cli);
  addShow(group, cli);
  addQuarantineReplay(group, cli);
}

interface ListOptions {
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

function addList(group: Command, cli: Cli): void {
  const list = group
    .command("list")
    .description("List what could not be understood, oldest first.")
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <id>", "go on behind this one: the last of the page before")
    .option("--json", "for scripts; without the bodies");
  explain(list, cli.io, {
    examples: [
      ["quarantine list", "what could not be understood, and why"],
      ["quarantine list --json", "for a script"],
    ],
    exits: { 1: "there is none" },
  }).action(
    cli.action(({ limit, after, json }: ListOptions) =>
      cli.withStore(async (storage) => {
        if (after !== undefined && (await storage.quarantineEntry(after)) === null) {
          throw new CommandEnd(`--after ${shown(after)} is not in the quarantine (any more)`, EXIT.usage);
        }
        const found = await storage.quarantined({ limit: limit + 1, ...(after !== undefined && { after }) });
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
        if (json) cli.sayJson({ entries: page.map(headJson), next });
        else sayList(cli, page, next);
        return page.length === 0 ? EXIT.notWell : EXIT.ok;
      }),
    ),
  );
}

function sayList(cli: Cli, page: readonly QuarantineEntry[], next: string | null): void {
  const columns = [
    { title: "RECEIVED" },
    { title: "APP" },
    { title: "COMMAND" },
    { title: "SIZE", align: "right" },
    { title: "OFF" },
    { title: "FAULT", widest: 120 },
    { title: "ID" },
  ] as const;
  const rows = page.map((entry): Cell[] => [
    time(entry.receivedAt),
    entry.app,
    entry.command,
    size(entry.size),
    offText(entry),
    entry.fault,
    entry.id,
  ]);
  cli.say(page.length === 0 ? "There is none." : renderTable(columns, rows, cli.paint.bold));
  if (next !== null) cli.say(`\nThere are more: --after ${next}`);
}

function headJson({ body: _, receivedAt, stale, ...head }: QuarantineEntry): Record<string, unknown> {
  return { ...head, receivedAt: time(receivedAt), stale: stale === undefined ? null : staleJson(stale, receivedAt) };
}

function staleJson(stale: StaleMark, receivedAt: number): Record<string, unknown> {
  return {
    requestTime: time(stale.requestTime),
    aheadSeconds: Math.round((stale.requestTime - receivedAt) / 1000),
    behindNewestSeconds: Math.round(stale.behindMs / 1000),
    byIdOnly: isFarBehind(stale),
  };
}

/** How far its RequestTime was from our clock when it came; `!` where it lay far behind the newest of its app. */
function offText(entry: QuarantineEntry): string {
  if (!isStale(entry)) return "";
  const ahead = aheadMs(entry);
  if (ahead === undefined) return "?";
  const mark = entry.stale !== undefined && isFarBehind(entry.stale) ? " !" : "";
  return `${ahead < 0 ? "-" : "+"}${duration(Math.abs(ahead))}${mark}`;
}

function addShow(group: Command, cli: Cli): void {
  const show = group
    .command("show")
    .argument("<id>", "its id, as `list` shows it")
    .description("Show one with its body as it came.")
    .option("--json", "for scripts; the body is text, or base64 where it is not UTF-8");
  explain(show, cli.io, {
    examples: [["quarantine show 9b1d…07", "what exactly did come?"]],
    exits: { 1: "there is no entry with this id" },
  }).action(
    cli.action((id: string, { json }: { json?: boolean }) =>
      cli.withStore(async (storage) => {
        const entry = await storage.quarantineEntry(id);
        if (entry === null) throw new CommandEnd(`There is no entry "${shown(id)}" in the quarantine.`, EXIT.notWell);
        if (json) cli.sayJson({ ...headJson(entry), ...bodyOf(entry) });
        else sayEntry(cli, entry);
        return EXIT.ok;
      }),
    ),
  );
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
    ...staleLines(entry),
  ];
  for (const [name, value] of lines) cli.say(`${cli.paint.bold(name.padEnd(9))} ${shown(value, 600)}`);
  cli.say();
  const { body, encoding } = bodyOf(entry);
  if (body === "") cli.say(entry.size > 0 ? "Its body was not kept." : "Its body is empty.");
  else cli.say(encoding === "utf8" ? printableLines(body) : `base64: ${body}`);
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

function bodyOf({ body }: QuarantineEntry): { body: string; encoding: "utf8" | "base64" } {
  const bytes = Buffer.from(body);
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text).equals(bytes);
  return isText ? { body: text, encoding: "utf8" } : { body: bytes.toString("base64"), encoding: "base64" };
}
