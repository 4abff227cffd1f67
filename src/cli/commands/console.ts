/** `console`: an address of the running bridge's admin listener that logs in once. */

import { duration, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";

interface Options extends JsonOption {
  readonly account?: string;
}

export function addConsole(cli: Cli): void {
  const command = cli.program
    .command("console")
    .description("Print an address of the admin listener that logs in once.")
    .option("--account <name>", "as whom, where several of `admin.accounts` may look in");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["console", "open what it prints in a browser on this machine"],
      ["console --account ops", "as one of several accounts"],
    ],
    exits: {
      1: "the admin listener is switched off (`admin: false`)",
      3: "no bridge runs here, or its admin listener does not answer",
    },
    act: (options: Options) => openConsole(cli, options),
  });
}

async function openConsole(cli: Cli, options: Options): Promise<ExitCode> {
  const config = await cli.config();
  const { invitationBy } = await import("../../admin/invitation.ts");
  const now = Date.now();
  const invitation = await invitationBy(config, options.account, now);
  switch (invitation.tag) {
    case "switchedOff":
      throw new CommandEnd("There is no admin listener: the configuration says `admin: false`.", EXIT.notWell);
    case "anyPort":
      throw new CommandEnd(
        "admin.port is 0, which means any: the log names it (admin.ready). Give it a number.",
        EXIT.usage,
      );
    case "noBridge":
      throw new CommandEnd(
        `No bridge with an admin listener runs here: ${invitation.file} is not there. \`status\` says more.`,
        EXIT.unreachable,
      );
    case "whichAccount":
      throw new CommandEnd(whichAccount(invitation.known, options.account), EXIT.usage);
    case "invited": {
      const { url, health, account, role, until } = invitation;
      await insistOnAnswer(health);
      cli.show(
        options,
        () => ({ url, account, role, validUntil: time(until) }),
        () => {
          cli.sayExactly(url);
          cli.say(cli.paint.dim(`logs in once, within ${duration(until - now)}, as ${account} (${role})`));
        },
      );
      return EXIT.ok;
    }
  }
}

function whichAccount(known: readonly string[], given: string | undefined): string {
  if (known.length === 0) return "None of admin.accounts may look in: all of them have the role metrics.";
  const why = given === undefined ? "Say as whom" : `"${shown(given, 64)}" is no account that may look in; say as whom`;
  return `${why}: --account ${known.join(", --account ")}`;
}

async function insistOnAnswer(url: string): Promise<void> {
  const { askListener } = await import("../../admin/asking.ts");
  const isAnswered = await askListener(url).then(
    ({ status }) => status === 200,
    () => false,
  );
  if (isAnswered) return;
  const words = `The admin listener does not answer at ${new URL(url).origin}: is the bridge running? \`status\` says more.`;
  throw new CommandEnd(words, EXIT.unreachable);
}
