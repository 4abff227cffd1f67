/** `chat ips`: the addresses that Chat's callbacks come from, for a firewall. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { time } from "../../basics/format.ts";
import { sleep } from "../../basics/waiting.ts";
import type { ServerPlace, Unanswered } from "../../chat-rest/contract.ts";
import type { Config } from "../../config/checked-config.ts";
import { durationMeant } from "../../config/settings/meant.ts";
import { parseDuration } from "../../config/settings/units.ts";
import { type AskedChat, changeBetween, chatOf, notAllowed } from "../../operations/chat-addresses.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define, explain } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { stoppable } from "../terminal/stopping.ts";

interface Options extends JsonOption {
  readonly app?: string;
  readonly server?: ServerPlace;
  readonly watch?: true;
  /** Milliseconds. */
  readonly every: number;
}

const HOUR_MS = 3_600_000;
const FEWEST_MS = 1_000;

export function addChat(cli: Cli): void {
  const group = cli.program.command("chat").description("Ask Tencent Cloud Chat itself, by the `rest` of an app.");
  explain(group, cli.io, { examples: [["chat ips", "whence do callbacks come?"]] });
  addIps(group, cli);
}

function addIps(group: Command, cli: Cli): void {
  const command = group
    .command("ips")
    .description("Print the addresses that callbacks come from, one a line. The bridge itself refuses none for them.")
    .option("--app <id>", "the SDKAppID; the first that has `rest` unless given")
    .addOption(
      new Option(
        "--server <place>",
        "where the server that takes callbacks stands; by the app's region unless given",
      ).choices(["china", "elsewhere"]),
    )
    .option("--watch", "go on until Ctrl-C, and tell what changes")
    .option("--every <duration>", "how often to look, with --watch", parseEvery, HOUR_MS);
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["chat ips", "what a firewall has to let in"],
      ["chat ips --server china", "for a server in China, Hong Kong included"],
      ["chat ips --watch", "tell what changes; look every hour"],
    ],
    exits: { 1: "Chat refuses to say it", 3: "Chat could not be reached" },
    act: (options: Options) => ips(cli, options),
  });
}

function parseEvery(text: string): number {
  const every = parseDuration(text);
  if (every !== undefined && every >= FEWEST_MS && every <= 24 * HOUR_MS) return every;
  const meant = every === undefined ? durationMeant(text) : undefined;
  throw new InvalidArgumentError(`Write ${meant ?? "a duration from 1s to 24h, such as 1h"}.`);
}

async function ips(cli: Cli, options: Options): Promise<ExitCode> {
  const config = await cli.config();
  const chat = chatOf(config, options.app, cli.io.version);
  const server = options.server ?? chat.server;
  const asked = await chat.client.callbackAddresses(server);
  if (asked.tag !== "ok") throw refusalOf(asked);
  const addresses = asked.value;
  show(cli, options, config, server, addresses);
  return options.watch ? watch(cli, options, chat, server, addresses) : EXIT.ok;
}

function refusalOf({ tag, words, todo }: Unanswered): CommandEnd {
  const end = todo === undefined ? "" : `\n→ ${todo}`;
  return new CommandEnd(`${words}${end}`, tag === "later" ? EXIT.unreachable : EXIT.notWell);
}

function show(
  cli: Cli,
  { json, watch }: Options,
  { chat }: Config,
  server: ServerPlace,
  addresses: readonly string[],
): void {
  const refused = notAllowed(addresses, chat);
  const found = { server, addresses, notAllowed: refused };
  if (json && watch) cli.sayJsonLine({ at: time(Date.now()), ...found });
  else if (json) cli.sayJson(found);
  else cli.sayExactly(addresses.join("\n"));
  if (refused.length === 0 || json) return;
  cli.complain(`\`chat.allow_from\` does not hold all of ${refused.join(", ")}: callbacks from there are refused.`);
}

/** What cannot be asked for a while is told, and asked again. */
async function watch(
  cli: Cli,
  { json, every }: Options,
  { client }: AskedChat,
  server: ServerPlace,
  atFirst: readonly string[],
): Promise<ExitCode> {
  let known = atFirst;
  const watching = async (signal: AbortSignal): Promise<ExitCode> => {
    for (;;) {
      await sleep(every, signal).catch(() => undefined);
      const asked = await client.callbackAddresses(server, signal);
      if (signal.aborted) return EXIT.ok;
      if (asked.tag !== "ok") cli.complain(`${time(Date.now())}  ${asked.words}`);
      else {
        tellChange(cli, json === true, known, asked.value);
        known = asked.value;
      }
    }
  };
  return stoppable(cli, watching, { lingers: true });
}

function tellChange(cli: Cli, json: boolean, before: readonly string[], after: readonly string[]): void {
  const change = changeBetween(before, after);
  if (change === undefined) return;
  const at = time(Date.now());
  if (json) {
    cli.sayJsonLine({ at, ...change });
    return;
  }
  for (const address of change.added) cli.say(`${at}  + ${address}`);
  for (const address of change.gone) cli.say(`${at}  - ${address}`);
}
