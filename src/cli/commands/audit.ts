/** `audit list`: who repaired what, and who looked up whom. */
import { type Command, Option } from "commander";
import { number, time } from "../../basics/format.ts";
import { auditJson } from "../../operations/audit/list.ts";
import { AUDITED, auditedText } from "../../operations/audit/words.ts";
import type { AuditFilter, AuditRow } from "../../storage/contract/audit.ts";
import type { Found } from "../../storage/contract/questions.ts";
import type { Cli } from "../cli.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { parseCount, parseTime } from "../selecting.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { type ListOptions, sayNext, TIME } from "./list.ts";

interface Options extends ListOptions {
  readonly user?: string;
  readonly actor?: string;
  readonly operation?: string;
  readonly since?: number;
  readonly until?: number;
}

export function addAudit(cli: Cli): void {
  const group = cli.program.command("audit").description("Who repaired what, and who looked up whom.");
  explain(group, cli.io, { examples: [["audit list --since 1d", "who did what today?"]] });
  addList(group, cli);
}

function addList(group: Command, cli: Cli): void {
  const command = group
    .command("list")
    .description("List repairs, searches for a person and exports, newest first.")
    .option("--user <id>", "only what was about this user; ids are case-sensitive")
    .option("--actor <name>", "only what this one did")
    .addOption(new Option("--operation <operation>", "only this").choices(Object.keys(AUDITED)))
    .option("--since <when>", "only since: 2h, 3d, 2026-01-31 or 2026-01-31T08:00Z", parseTime)
    .option("--until <when>", "only before: the same", parseTime)
    .option("--limit <n>", "at most so many", parseCount, 50)
    .option("--after <id>", "go on behind this one: the last of the page before");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["audit list --since 1d", "who did what today?"],
      ["audit list --user jared --json", "who looked up jared, or replayed theirs, for a script"],
      ["audit list --operation discard", "who has put dead letters away?"],
    ],
    act: (options: Options) => list(cli, options),
  });
}

function list(cli: Cli, options: Options): Promise<ExitCode> {
  const { limit, after, json = false } = options;
  return cli.withStore(async (operations) => {
    const page = await operations.audit(filterOf(options), { limit, ...(after !== undefined && { after }) });
    cli.show(
      { json },
      () => ({ audit: page.entries.map(auditJson), next: page.next }),
      () => sayPage(cli, page),
    );
    return EXIT.ok;
  });
}

function filterOf({ user, actor, operation, since, until }: Options): AuditFilter {
  return {
    ...(user !== undefined && { person: user }),
    ...(actor !== undefined && { actor }),
    ...(operation !== undefined && { operation }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function sayPage(cli: Cli, { entries, next }: Found<AuditRow>): void {
  const rows = entries.map((row): Cell[] => [
    time(row.at),
    whoText(row),
    auditedText(row.operation),
    number(row.count),
    row.person ?? "",
    Object.keys(row.filter).length === 0 ? "" : JSON.stringify(row.filter),
    row.id,
  ]);
  cli.say(entries.length === 0 ? "Nothing of the kind was done or looked up." : cli.table(COLUMNS, rows));
  sayNext(cli, next);
}

const COLUMNS: readonly Column[] = [
  { title: "WHEN", ...TIME },
  { title: "WHO", least: 10, rank: 2 },
  { title: "WHAT", least: 10 },
  { title: "HOW MANY", align: "right", rank: 4 },
  { title: "USER", least: 8, rank: 1 },
  { title: "FILTER", least: 12, rank: 5 },
  { title: "ID", align: "right", rank: 6 },
];

function whoText({ actor: { name, front, proven } }: AuditRow): string {
  return `${name} (${front}${proven ? "" : ", unproven"})`;
}
