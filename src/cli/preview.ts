/** `preview`: what each connector would send for one person, or why not. Sends nothing. */

import { deliveryIdOf } from "../basics/delivery-id.ts";
import { nearest } from "../basics/suggest.ts";
import { printableLines, shown } from "../basics/text.ts";
import { commandOf, eventId, isByAdmin } from "../callback.ts";
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import { wants } from "../config/selection.ts";
import { template } from "../config/templates/templates.ts";
import { type Event, type PreviewRequest, shownUrl, withShownUrls } from "../connector.ts";
import { openConnector } from "../delivery/open-connector.ts";
import { openRates } from "../delivery/tools/rate.ts";
import { SILENT } from "../operations/checks/destinations.ts";
import { errorLine } from "../operations/error-line.ts";
import type { Cli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";

interface PreviewOptions {
  readonly user: string;
  readonly officialAccount: string;
  readonly connector?: string;
  readonly subscribed?: true;
  readonly operator?: string;
  readonly platform: string;
  readonly app?: string;
  readonly live?: true;
  readonly json?: true;
}

/** What one connector would do. */
type Previewed =
  | { readonly tag: "sent"; readonly requests: readonly PreviewRequest[]; readonly note?: string }
  | { readonly tag: "skipped"; readonly reason: string }
  | { readonly tag: "failed"; readonly reason: string };

/** Milliseconds for the look-ups of one connector. */
const PATIENCE_MS = 60_000;

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
    .option("--live", "look contacts up at HubSpot, changing nothing: shows whose records they would be")
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["preview --user jared", "what every connector would send"],
      ["preview --user jared --connector crm --live", "which HubSpot contact it would be"],
      ['preview --user jared --official-account "@TOA#_promo" --operator admin', "who gets it, and who skips it"],
    ],
    exits: { 0: "shown; skipping is no fault", 1: "a connector could not show what it would send" },
  }).action(cli.action((options: PreviewOptions) => preview(cli, options)));
}

async function preview(cli: Cli, options: PreviewOptions): Promise<ExitCode> {
  const config = await cli.config();
  const connectors = chosen(config, options.connector);
  const event = eventOf(options, config);
  const previewed = await Promise.all(
    connectors.map(async (connector) => ({ connector, found: await look(connector, event, options, cli.io) })),
  );
  if (options.json) {
    const entries = previewed.map(({ connector: { name, type }, found }) => ({
      connector: name,
      type: type.type,
      ...found,
    }));
    cli.sayJson({ event, connectors: entries });
  } else {
    if (previewed.length === 0) cli.say("There are no connectors: nothing would be sent.");
    cli.say(previewed.map(({ connector, found }) => render(cli, connector, found)).join("\n\n"));
  }
  return previewed.some(({ found }) => found.tag === "failed") ? EXIT.notWell : EXIT.ok;
}

function chosen({ connectors }: Config, name: string | undefined): readonly ConnectorConfig[] {
  if (name === undefined) return connectors;
  const found = connectors.filter((connector) => connector.name === name);
  if (found.length > 0) return found;
  const names = connectors.map((connector) => connector.name);
  const near = nearest(name, names);
  const todo = near === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean "${near}"?`;
  throw new CommandEnd(`There is no connector "${shown(name, 64)}"; ${todo}`, EXIT.usage);
}

function eventOf(options: PreviewOptions, { chat }: Config): Event {
  const { user, officialAccount, operator = user, platform } = options;
  const app = options.app ?? String(chat.apps[0]?.sdk_app_id);
  const kind = options.subscribed ? "subscribed" : "unsubscribed";
  const now = Date.now();
  return {
    id: eventId(app, commandOf(kind), officialAccount, user, now),
    kind,
    app,
    officialAccount,
    user,
    operator,
    byAdmin: isByAdmin(operator, user),
    platform,
    clientIp: "203.0.113.7",
    eventTime: now,
    receivedAt: now,
  };
}

/** Never rejects. */
async function look(
  config: ConnectorConfig,
  event: Event,
  { live = false }: Pick<PreviewOptions, "live"> | { live?: boolean },
  { version }: Io,
): Promise<Previewed> {
  const choice = wants(event, config);
  if (!choice.send) return { tag: "skipped", reason: choice.reason };
  const rates = openRates();
  try {
    const connector = openConnector(config, { log: SILENT, userAgent: `unsub-bridge/${version}`, template, rates });
    try {
      const delivery = { id: deliveryIdOf(event.id, config.common.was ?? config.name), event, attempts: 0 };
      const options = { live, signal: AbortSignal.timeout(PATIENCE_MS) };
      const requests = (await connector.preview([delivery], options)).map(discreet);
      return choice.note === undefined ? { tag: "sent", requests } : { tag: "sent", requests, note: choice.note };
    } finally {
      await connector.close?.();
    }
  } catch (error) {
    return { tag: "failed", reason: errorLine(error) };
  }
}

/** A request may be shown whole but for what its address holds of credentials. */
function discreet(request: PreviewRequest): PreviewRequest {
  const { note } = request;
  return { ...request, url: shownUrl(request.url), ...(note !== undefined && { note: withShownUrls(note) }) };
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
