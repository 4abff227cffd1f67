/** `backup` and `restore`: a SQLite store as one file, and back. */

import { resolve } from "node:path";
import { count, size, time, timeOrNull } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { backUpStore, type RestoredStore, restoreStore, type StoreContent } from "../../operations/store/copies.ts";
import type { Cli } from "../cli.ts";
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
    );
  define(command, cli, {
    goesBy: "store",
    json: true,
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
    );
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [["restore backup.db", "the store as it was then; the bridge must be stopped"]],
    exits: { 3: "a bridge serves the store, or the file is no whole store; nothing was changed" },
    act: (file: string, options: JsonOption) => restore(cli, file, options),
  });
}

async function backup(cli: Cli, name: string, options: JsonOption): Promise<ExitCode> {
  insistOnFile(name, "backup");
  const file = resolve(cli.io.cwd, name);
  const asking = cli.asking();
  const content = await backUpStore(await cli.store(), file, name, asking);
  cli.show(
    options,
    () => ({ file, ...asJson(content) }),
    () => cli.say(`${shown(file)}: ${contentWords(content)}. It was looked through, and is whole.`),
  );
  return EXIT.ok;
}

async function restore(cli: Cli, name: string, options: JsonOption): Promise<ExitCode> {
  insistOnFile(name, "restore");
  const restored = await restoreStore(await cli.store(), resolve(cli.io.cwd, name), name, cli.asking());
  cli.show(
    options,
    () => ({ store: restored.path, kept: restored.kept ?? null, ...asJson(restored) }),
    () => sayRestored(cli, name, restored),
  );
  return EXIT.ok;
}

function sayRestored(cli: Cli, name: string, restored: RestoredStore): void {
  const { kept, path } = restored;
  cli.say(`${shown(path)} is what ${shown(name)} was: ${contentWords(restored)}.`);
  if (kept !== undefined) cli.say(`The store that it replaces is kept: ${shown(kept)}`);
  cli.say("Callbacks since then are not in it; what was delivered since then is sent again, with the same ids.");
}

function contentWords({ bytes, events, waiting, latest }: StoreContent): string {
  const until = latest === null ? "no callback" : `callbacks until ${time(latest)}`;
  return `${size(bytes)}, ${count(events, "event")}, ${count(waiting, "delivery", "deliveries")} waiting, ${until}`;
}

function asJson({ bytes, events, waiting, latest }: StoreContent): Record<string, unknown> {
  return { bytes, events, waiting, latestCallbackAt: timeOrNull(latest) };
}
