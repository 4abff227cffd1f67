/** `pause`, `resume`, `retry --now`: a person's hand on a connector, beside a running bridge. */
import type { Storage } from "../storage/contract.ts";
import { type Cli, CommandEnd } from "./cli.ts";
import { count } from "./format.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import { collected, insistOnConnector, unknownConnector } from "./selecting.ts";
import { shown } from "./text.ts";

export function addControl(cli: Cli): void {
  addPause(cli);
  addResume(cli);
  addRetry(cli);
}

function addPause(cli: Cli): void {
  const command = cli.program
    .command("pause")
    .argument("<connector>", "its name in the configuration")
    .description("Pause a connector. Its queue is kept, and it stays paused until `resume`.");
  explain(command, cli.io, { examples: [["pause crm", "send nothing to crm for now"]] }).action(
    cli.action((name: string) =>
      cli.withStore(async (storage) => {
        await must(storage, name, storage.pause(name));
        cli.say(`${shown(name)} is paused, on a running bridge within a second. \`resume ${name}\` lets it go on.`);
        return EXIT.ok;
      }),
    ),
  );
}

function addResume(cli: Cli): void {
  const command = cli.program
    .command("resume")
    .argument("<connector>", "its name in the configuration")
    .description("Let a connector go on, whatever paused it.");
  explain(command, cli.io, { examples: [["resume crm", "send to crm again"]] }).action(
    cli.action((name: string) =>
      cli.withStore(async (storage) => {
        await must(storage, name, storage.resume(name));
        cli.say(`${shown(name)} goes on, on a running bridge within a second.`);
        return EXIT.ok;
      }),
    ),
  );
}

/** @param done false: the store knows no such connector */
async function must(storage: Storage, name: string, done: Promise<boolean>): Promise<void> {
  if (await done) return;
  const { connectors } = await storage.status();
  throw unknownConnector(
    name,
    connectors.map((connector) => connector.name),
  );
}

interface RetryOptions {
  readonly now?: boolean;
  readonly connector?: readonly string[];
  readonly all?: boolean;
}

function addRetry(cli: Cli): void {
  const command = cli.program
    .command("retry")
    .description("Try waiting deliveries again at once, without waiting for their time.")
    .option("--now", "needed: it is now that they are tried")
    .option("--connector <name>", "this connector's; may be given several times", collected)
    .option("--all", "every connector's");
  explain(command, cli.io, {
    examples: [
      ["retry --now --connector crm", "crm is well again: do not wait"],
      ["retry --now --all", "the same for every connector"],
    ],
  }).action(cli.action((options: RetryOptions) => retry(cli, options)));
}

async function retry(cli: Cli, { now, connector: names = [], all }: RetryOptions): Promise<ExitCode> {
  if (now !== true)
    throw new CommandEnd("Say --now: without it, everything is tried in its own time anyway.", EXIT.usage);
  if (names.length > 0 === (all === true)) {
    throw new CommandEnd("Say which: --connector NAME, or --all for every connector.", EXIT.usage);
  }
  return cli.withStore(async (storage) => {
    for (const name of names) await insistOnConnector(storage, name);
    const meant = all ? (await storage.status()).connectors.map(({ name }) => name) : names;
    for (const name of meant) {
      const waiting = await storage.retryNow(name);
      const row = await storage.connector(name);
      const isHeld = row?.state.status === "paused" && row.probeAt === null;
      const words = isHeld ? `but it is paused until \`resume ${name}\`` : "tried again now";
      cli.say(`${shown(name)}: ${count(waiting, "delivery", "deliveries")} waiting, ${words}`);
    }
    return EXIT.ok;
  });
}
