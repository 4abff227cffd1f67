/** `preview`: what each connector would send for one person, or why not. Sends nothing. */

import { printableLines } from "../../basics/text.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import type { PreviewRequest } from "../../connector.ts";
import {
  type Preview,
  type Previewed,
  type PreviewQuestion,
  previewAsJson,
  previewEvent,
} from "../../operations/preview.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";

type PreviewOptions = PreviewQuestion & JsonOption;

export function addPreview(cli: Cli): void {
  const command = cli.program
    .command("preview")
    .description("Show exactly what each connector would send for one person, sending nothing.")
    .requiredOption("--user <id>", "the user's id in Chat")
    .option("--official-account <id>", "the official account", "@TOA#_sample")
    .option("--connector <name>", "only this connector")
    .option("--subscribed", "as if the user had subscribed; unsubscribed unless given")
    .option("--operator <id>", "who did it; the user unless given; empty: Chat did not say")
    .option("--platform <name>", "the platform, as Chat names it", "iOS")
    .option("--app <id>", "the SDKAppID; the first of the configuration unless given")
    .option("--live", "look contacts up at HubSpot, changing nothing: shows whose records they would be");
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["preview --user jared", "what every connector would send"],
      ["preview --user jared --connector crm --live", "which HubSpot contact it would be"],
      ['preview --user jared --official-account "@TOA#_promo" --operator admin', "who gets it, and who skips it"],
    ],
    exits: { 0: "shown; skipping is no fault", 1: "a connector could not show what it would send" },
    act: (options: PreviewOptions) => preview(cli, options),
  });
}

async function preview(cli: Cli, options: PreviewOptions): Promise<ExitCode> {
  const found = await previewEvent(await cli.config(), options, cli.io.version);
  cli.show(
    options,
    () => previewAsJson(found),
    () => sayPreview(cli, found),
  );
  if (found.doubt !== undefined) cli.complain(`${IN_DOUBT}: ${found.doubt}`);
  return found.connectors.some(({ found: { tag } }) => tag === "failed") ? EXIT.notWell : EXIT.ok;
}

const IN_DOUBT = "Delivery ids are shown as the configuration says them, since the store could not be asked";

/** For people. */
export function sayPreview(cli: Cli, { connectors }: Preview): void {
  if (connectors.length === 0) cli.say("There are no connectors: nothing would be sent.");
  cli.say(connectors.map(({ connector, found }) => render(cli, connector, found)).join("\n\n"));
}

function render({ paint }: Cli, { name, type, common }: ConnectorConfig, found: Previewed): string {
  const head = `${paint.bold(name)} (${type.type})`;
  switch (found.tag) {
    case "skipped":
      return `${head}: ${paint.yellow("skipped")}, ${printableLines(found.reason)}`;
    case "failed":
      return `${head}: ${paint.red("cannot be shown")}, ${printableLines(found.reason)}`;
    case "sent": {
      const off = common.enabled ? [] : [paint.yellow("  switched off: waits until `enabled` is true")];
      const noted = found.note === undefined ? [] : [paint.dim(`  (${printableLines(found.note)})`)];
      const none = found.requests.length === 0 ? ["  nothing would be sent"] : [];
      const requests = found.requests.map((request) => renderRequest(request, paint));
      return [head, ...off, ...noted, ...none, requests.join("\n\n")].filter((part) => part !== "").join("\n");
    }
  }
}

function renderRequest({ method, url, headers, body, note }: PreviewRequest, paint: Cli["paint"]): string {
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body, null, 2);
  const lines = [
    `${paint.cyan(method)} ${printableLines(url)}`,
    ...(note === undefined ? [] : [paint.dim(`(${printableLines(note)})`)]),
    ...Object.entries(headers).map(([name, value]) => paint.dim(`${name}: ${printableLines(value)}`)),
    ...(text === "" ? [] : printableLines(text).split("\n")),
  ];
  return lines.map((line) => `  ${line}`).join("\n");
}
