/** `backup` and `restore`: a SQLite store as one file, and back. */

import { resolve } from "node:path";
import { count, size, time, timeOrNull } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { errorLine } from "../../operations/error-line.ts";
import { type StoreSettings, sqliteFile } from "../../storage/open.ts";
import type { StoreContent } from "../../storage/sqlite/content.ts";
import type { Restored } from "../../storage/sqlite/restore.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { insistOnFile } from "../file-name.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";

export function addBackup(cli: Cli): void {
  const command = cli.program
    .command("backup")
    .argument("<file>", "a new file, readable by its owner alone")
    .description(
      "Copy the SQLite store to a file, beside a running bridge. The copy is looked through before it gets its name.",
    )
    .option("--json", "for scripts");
  define(command, cli, {
    examples: [
      ['backup "backup-$(date +%F).db"', "today's, while the bridge runs"],
      ["backup /data/backup.db", "in a container: onto the volume"],
    ],
    exits: { 3: "the store cannot be read, or the file cannot be written" },
    act: (file: string, options: JsonOption) => backup(cli, file, options),
  });
}

export function addRestore(cli: Cli): void {
  const command = cli.program
    .command("restore")
    .argument("<file>", "a backup; it stays as it is")
    .description(
      "Put a backup in the place of the SQLite store, while no bridge serves it. What is replaced is kept beside it.",
    )
    .option("--json", "for scripts");
  define(command, cli, {
    examples: [["restore backup.db", "the store as it was then; the bridge must be stopped"]],
    exits: { 3: "a bridge serves the store, or the file is no whole store; nothing was changed" },
    act: (file: string, options: JsonOption) => restore(cli, file, options),
  });
}

async function backup(cli: Cli, name: string, options: JsonOption): Promise<ExitCode> {
  insistOnFile(name, "backup");
  const storage = await cli.store();
  const path = storeFile(
    storage,
    `pg_dump --schema=${storage.schema} --format=custom --file=${shown(name)} "$DATABASE_URL"`,
  );
  const file = resolve(cli.io.cwd, name);
  const { backUp } = await import("../../storage/sqlite/backup.ts");
  const content = await backUp(path, file).catch((error: unknown) => {
    throw new CommandEnd(`There is no backup: ${errorLine(error)}`, EXIT.unreachable);
  });
  cli.show(
    options,
    () => ({ file, ...asJson(content) }),
    () => cli.say(`${shown(file)}: ${contentWords(content)}. It was looked through, and is whole.`),
  );
  return EXIT.ok;
}

async function restore(cli: Cli, name: string, options: JsonOption): Promise<ExitCode> {
  insistOnFile(name, "restore");
  const storage = await cli.store();
  const path = storeFile(storage, `pg_restore --clean --if-exists --dbname="$DATABASE_URL" ${shown(name)}`);
  const { restore: putBack } = await import("../../storage/sqlite/restore.ts");
  const restored = await putBack(resolve(cli.io.cwd, name), path, new Date()).catch((error: unknown) => {
    throw new CommandEnd(`Nothing was restored: ${errorLine(error)}`, EXIT.unreachable);
  });
  const { kept } = restored;
  cli.show(
    options,
    () => ({ store: path, kept: kept ?? null, ...asJson(restored) }),
    () => sayRestored(cli, path, name, restored),
  );
  return EXIT.ok;
}

function sayRestored(cli: Cli, path: string, name: string, restored: Restored): void {
  const { kept } = restored;
  cli.say(`${shown(path)} is what ${shown(name)} was: ${contentWords(restored)}.`);
  if (kept !== undefined) cli.say(`The store that it replaces is kept: ${shown(kept)}`);
  cli.say("Callbacks since then are not in it; what was delivered since then is sent again, with the same ids.");
}

/** The file of the configured store; ends the command, with what does it there, when that is PostgreSQL. */
function storeFile(storage: StoreSettings, instead: string): string {
  const path = sqliteFile(storage);
  if (path !== undefined && path !== ":memory:") return path;
  const words =
    path === undefined
      ? `This store is PostgreSQL's, which has its own tools: ${instead}`
      : "This store is in memory: there is no file to copy.";
  throw new CommandEnd(words, EXIT.usage);
}

function contentWords({ bytes, events, waiting, latest }: StoreContent): string {
  const until = latest === null ? "no callback" : `callbacks until ${time(latest)}`;
  return `${size(bytes)}, ${count(events, "event")}, ${count(waiting, "delivery", "deliveries")} waiting, ${until}`;
}

function asJson({ bytes, events, waiting, latest }: StoreContent): Record<string, unknown> {
  return { bytes, events, waiting, latestCallbackAt: timeOrNull(latest) };
}
