/** `trace USER`: one person's whole story, told so that a marketer understands it. */

import { count, duration, time, timeOrNull } from "../basics/format.ts";
import { shown } from "../basics/text.ts";
import { entryJson, eventJson, fateText, reasonOf, whyText } from "../operations/deliveries/entry.ts";
import { reasonText } from "../operations/reason.ts";
import type { ConnectorRow, LedgerEntry, Storage, TracedEvent } from "../storage/contract.ts";
import type { Cli } from "./cli.ts";
import { explain } from "./help.ts";
import { EXIT, type ExitCode } from "./io.ts";
import type { Known } from "./store-access.ts";

export function addTrace(cli: Cli): void {
  const command = cli.program
    .command("trace")
    .argument("<user>", "the user's id in Chat; case-sensitive")
    .description("Tell one user's whole story: every event, and what became of it at each connector.")
    .option("--json", "for scripts");
  explain(command, cli.io, {
    examples: [
      ["trace jared", "what happened to jared?"],
      ["trace --json -- -odd-id", "an id that begins with a dash, for a script"],
    ],
    exits: { 1: "nothing is known of this user" },
  }).action(
    cli.action((user: string, { json }: { json?: boolean }) =>
      cli.withStore((storage, config) => trace(cli, { user, json: json === true }, storage, config)),
    ),
  );
}

interface Question {
  readonly user: string;
  readonly json: boolean;
}

async function trace(cli: Cli, { user, json }: Question, storage: Storage, config: Known): Promise<ExitCode> {
  const events = await storage.trace(user);
  const missing = await missingReasons(events, storage, config);
  if (json) {
    cli.sayJson({ user, events: events.map((traced) => asJson(traced, missing(traced))) });
  } else if (events.length === 0) {
    cli.say(`Nothing is known of "${shown(user)}". Ids are case-sensitive; callbacks are read within moments.`);
  } else {
    cli.say(cli.paint.bold(`${shown(user)}: ${count(events.length, "event")}`));
    for (const traced of events) sayEvent(cli, traced, missing(traced));
  }
  return events.length === 0 ? EXIT.notWell : EXIT.ok;
}

interface Missing {
  readonly connector: string;
  readonly why: string;
}

/** Says for an event why a configured connector has no delivery of it. */
async function missingReasons(
  events: readonly TracedEvent[],
  storage: Storage,
  { connectors, unclear }: Known,
): Promise<(traced: TracedEvent) => Missing[]> {
  if (events.length === 0) return () => [];
  const rows = new Map<string, ConnectorRow | null>();
  const names = [...connectors.map(({ name }) => name), ...(unclear === "all" ? [] : unclear)];
  for (const name of names) rows.set(name, await storage.connector(name));
  return ({ event, deliveries }) =>
    [...rows].flatMap(([connector, row]) =>
      deliveries.some((entry) => entry.connector === connector) ? [] : [{ connector, why: whyMissing(row, event.seq) }],
    );
}

function whyMissing(row: ConnectorRow | null, seq: number): string {
  if (row === null) return "not yet: the bridge has not run with this connector";
  if (row.cursor < seq) return "not yet: it will be looked at within moments while the bridge runs";
  return "never: the connector was added later, and its `start` leaves out what was before";
}

function sayEvent(cli: Cli, { event, storedAt, deliveries }: TracedEvent, missing: readonly Missing[]): void {
  const { kind, officialAccount, app, byAdmin, operator, platform, eventTime, receivedAt } = event;
  const verb = kind === "unsubscribed" ? "unsubscribed from" : "subscribed to";
  const who = operator === "" ? "by whom is unknown" : byAdmin ? `by ${shown(operator)}` : "themselves";
  const where = platform === "" ? "" : `, ${shown(platform)}`;
  cli.say();
  cli.say(`${time(eventTime)}  ${cli.paint.bold(verb)} ${shown(officialAccount)} (${who}${where}; app ${shown(app)})`);
  cli.say(`  received      ${time(receivedAt)}, ${duration(receivedAt - eventTime)} after it happened`);
  cli.say(`  acknowledged  ${acknowledged(receivedAt, storedAt)}`);
  const width = Math.max(12, ...deliveries.map(({ connector }) => connector.length), ...missing.map(nameLength));
  const now = Date.now();
  for (const entry of deliveries) sayDelivery(cli, entry, width, now);
  for (const { connector, why } of missing) cli.say(`  ${connector.padEnd(width)}  ${cli.paint.dim(why)}`);
}

function nameLength({ connector }: Missing): number {
  return connector.length;
}

/** Milliseconds that Chat waits for its answer. What reached the store later was answered before: by the spool, or refused. */
const CHAT_WAITS_MS = 2_000;

function acknowledgedAfterMs(receivedAt: number, storedAt: number | null): number | null {
  if (storedAt === null || storedAt - receivedAt > CHAT_WAITS_MS) return null;
  return Math.max(0, Math.round(storedAt - receivedAt));
}

/** When Chat was told that the event is safe, in words; both times in milliseconds since 1970. */
export function acknowledged(receivedAt: number, storedAt: number | null): string {
  const ms = acknowledgedAfterMs(receivedAt, storedAt);
  if (ms !== null) return `after ${ms} ms, when it was safely stored`;
  if (storedAt === null) return "unknown: it came from the quarantine, or the bridge was interrupted just then";
  return `unknown: it was kept in the spool or the quarantine, and reached the store after ${duration(storedAt - receivedAt)}`;
}

function sayDelivery(cli: Cli, entry: LedgerEntry, width: number, now: number): void {
  const { paint } = cli;
  const colours = { delivered: paint.green, dead: paint.red, waiting: paint.yellow };
  const colour = entry.state in colours ? colours[entry.state as keyof typeof colours] : paint.dim;
  const indent = " ".repeat(width + 4);
  cli.say(`  ${entry.connector.padEnd(width)}  ${colour(fateText(entry, now))}`);
  const why = whyText(entry);
  if (why !== "") cli.say(`${indent}${reasonOf(entry) === null ? "" : "why: "}${shown(why, 800)}`);
  if (entry.note !== null && entry.note !== why) cli.say(`${indent}${shown(entry.note, 800)}`);
  for (const { at, reason } of failuresToTell(entry)) cli.say(`${indent}${time(at)}  failed: ${reasonText(reason)}`);
  if (entry.generation > 1) cli.say(`${indent}replayed ${count(entry.generation - 1, "time")}`);
  if (entry.state === "dead") cli.say(`${indent}id: ${shown(entry.id)}`);
}

/** A single failure whose reason was told already is not told again. */
function failuresToTell(entry: LedgerEntry): LedgerEntry["history"] {
  const { history } = entry;
  const reason = reasonOf(entry);
  const [only, another] = history;
  if (only === undefined || another !== undefined || reason === null) return history;
  return reasonText(only.reason) === reasonText(reason) ? [] : history;
}

function asJson({ event, storedAt, deliveries }: TracedEvent, missing: readonly Missing[]): unknown {
  return {
    event: eventJson(event),
    storedAt: timeOrNull(storedAt),
    acknowledgedAfterMs: acknowledgedAfterMs(event.receivedAt, storedAt),
    // the event stands above them
    deliveries: deliveries.map((entry) => ({ ...entryJson(entry), event: undefined })),
    without: missing,
  };
}
