/** `migrate`: moves a whole store from SQLite to PostgreSQL. */

import { resolve } from "node:path";
import { count } from "../../basics/format.ts";
import { sqlitePath } from "../../basics/sqlite-files.ts";
import { type MovedTable, type MoveProgress, moveToPostgres } from "../../operations/store/move.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { storeUrl } from "../store-url.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { withProgress } from "../terminal/progress.ts";

interface MigrateOptions extends JsonOption {
  readonly from: string;
  readonly to?: string;
  readonly schema?: string;
  readonly prepare: boolean;
}

export function addMigrate(cli: Cli): void {
  const command = cli.program
    .command("migrate")
    .description("Move queue, ledger, quarantine, connector state and dead letters from SQLite to PostgreSQL.")
    .requiredOption("--from <url>", "sqlite: and the path of the store; its bridge must be stopped")
    .option("--to <variable>", "the environment variable that holds postgres://…; storage.url unless given")
    .option("--schema <name>", "the schema that shall hold our tables; storage.schema unless given")
    .option("--no-prepare", "for PgBouncer in transaction mode (storage.prepare: false)");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["migrate --from sqlite:config/data/bridge.db", "move everything to storage.url; the old store stays as it is"],
      ["migrate --from sqlite:config/data/bridge.db --to DATABASE_URL", "to where this environment variable says"],
    ],
    exits: { 3: "a store could not be reached, or the move was interrupted: run it again, it goes on where it was" },
    act: (options: MigrateOptions) => migrate(cli, options),
  });
}

async function migrate(cli: Cli, options: MigrateOptions): Promise<ExitCode> {
  const path = sqlitePath(options.from);
  if (path === undefined) throw new CommandEnd("--from must be sqlite: and a path, as in storage.url.", EXIT.usage);
  const to = await targetOf(cli, options);
  const asking = cli.asking();
  const interrupted = new AbortController();
  const listening = cli.io.onStopSignal(() => interrupted.abort(new Error("interrupted: run it again to go on")));
  try {
    const moved = await withProgress(cli, (show) =>
      moveToPostgres(
        {
          from: resolve(cli.io.cwd, path),
          to,
          onProgress: (at) => show(progressWords(at)),
          signal: interrupted.signal,
        },
        asking,
      ),
    );
    cli.show(
      options,
      () => ({ tables: moved }),
      () => report(cli, moved),
    );
    return EXIT.ok;
  } finally {
    listening();
  }
}

/** What `--to` names, else what the configuration does. */
async function targetOf(cli: Cli, { to, schema, prepare }: MigrateOptions) {
  if (to !== undefined) {
    const url = storeUrl(to, { env: cli.io.env, option: "--to" });
    if (!POSTGRES.test(url)) throw new CommandEnd("--to must name what begins with postgres://.", EXIT.usage);
    return { url, schema: schema ?? "unsub_bridge", prepare };
  }
  const { storage } = await cli.config();
  if (POSTGRES.test(storage.url)) {
    return { url: storage.url, schema: schema ?? storage.schema, prepare: prepare && storage.prepare };
  }
  const todo = "name the environment variable that holds the new one's URL (--to DATABASE_URL)";
  throw new CommandEnd(`storage.url of ${cli.configFile()} is no PostgreSQL yet: change it, or ${todo}`, EXIT.usage);
}

const POSTGRES = /^postgres(ql)?:\/\//;

function progressWords({ doing, table, rows, of }: MoveProgress): string {
  return `${doing} ${table}: ${count(rows, "row")} of ${of}`;
}

function report(cli: Cli, moved: readonly MovedTable[]): void {
  const rows = moved.map(({ table, rows, checksum }) => [table, String(rows), checksum]);
  cli.say(cli.table(COLUMNS, rows));
  cli.say();
  cli.say("Everything was moved, read back and compared. With the new URL in storage.url, start the bridge.");
}

const COLUMNS = [
  { title: "TABLE" },
  { title: "ROWS", align: "right" },
  { title: "CHECKSUM, BOTH SIDES", least: 8, rank: 1 },
] as const;
