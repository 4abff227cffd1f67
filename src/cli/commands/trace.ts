/** `trace USER`: one person's whole story, told so that a marketer understands it. */

import { count, duration, time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { Named } from "../../operations/beginnings.ts";
import { entryReason, fateText, whyText } from "../../operations/deliveries/entry.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { newsOf } from "../../operations/deliveries/news.ts";
import { acknowledged, type Missing, storyAsJson, type TracedStory } from "../../operations/deliveries/trace.ts";
import type { Operations } from "../../operations/operations.ts";
import { editedText } from "../../operations/quarantine/list.ts";
import { reasonText } from "../../operations/reason.ts";
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Cli } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { candidateLines } from "../naming.ts";
import { cutId } from "../terminal/ids.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { stoppable, WHEN_ABANDONED } from "../terminal/stopping.ts";
import { followJourney } from "./following.ts";
import { newsJson } from "./following-text.ts";

interface TraceOptions extends JsonOption {
  readonly follow?: boolean;
}

export function addTrace(cli: Cli): void {
  const command = cli.program
    .command("trace")
    .argument("<user>", "the user's id in Chat, or the beginning of one; case-sensitive")
    .option("--follow", "go on until Ctrl-C, and show each request and answer as it happens")
    .description("Tell one user's whole story: every event, and what became of it at each connector.");
  define(command, cli, {
    goesBy: "store",
    json: true,
    examples: [
      ["trace jared", "what happened to jared?"],
      ["trace jared --follow", "and what happens from now on"],
      ["trace --json -- -odd-id", "an id that begins with a dash, for a script"],
    ],
    exits: { 1: "nothing is known of this user", ...WHEN_ABANDONED },
    act: (user: string, options: TraceOptions) =>
      cli.withStore((operations) =>
        options.follow === true ? follow(cli, user, options, operations) : trace(cli, user, options, operations),
      ),
  });
}

async function trace(cli: Cli, user: string, options: JsonOption, operations: Operations): Promise<ExitCode> {
  const events = await operations.trace(user);
  const named = events.length === 0 ? await operations.peopleNamed(user) : undefined;
  if (named?.tag === "one" && named.id !== user) return trace(cli, named.id, options, operations);
  cli.show(
    options,
    () => ({ user, events: events.map((story) => storyAsJson(story, Date.now())), ...candidatesJson(named) }),
    () => sayStory(cli, user, events, named),
  );
  if (events.length === 0 && named?.tag !== "several" && options.json !== true && !(await operations.isServed())) {
    cli.say("No bridge runs on this store now: where one takes callbacks, it has another (`storage.url`, `--store`).");
  }
  return events.length === 0 ? EXIT.notWell : EXIT.ok;
}

/** Where nothing says where the bridge is, the ledger alone is followed. */
async function follow(cli: Cli, user: string, options: JsonOption, operations: Operations): Promise<ExitCode> {
  const ledger = operations.follow(user);
  const told = await ledger();
  if (options.json === true) for (const news of newsOf([], told)) cli.sayJsonLine(newsJson(news, Date.now()));
  else if (told.length > 0) sayStory(cli, user, told, undefined);
  const journey = async (signal: AbortSignal): Promise<void> => {
    const following = await cli.following(user);
    // once the bridge knows of it: from then on nothing is missed
    await following.look();
    if (options.json !== true) cli.say(cli.paint.dim(`\nWhat happens to ${shown(user)} from now on, until Ctrl-C:`));
    await followJourney(cli, options, { following, ledger, told }, { isOver: () => false, signal });
  };
  await stoppable(cli, journey, { lingers: true, abandons: true });
  return EXIT.ok;
}

function candidatesJson(named: Named<string> | undefined): object {
  return named?.tag === "several" ? { candidates: named.candidates } : {};
}

function sayStory(cli: Cli, user: string, events: readonly TracedStory[], named: Named<string> | undefined): void {
  if (named?.tag === "several") {
    cli.say(`"${shown(user)}" is nobody's id, and the beginning of several; say more of it:`);
    for (const line of candidateLines(named, shown)) cli.say(line);
    return;
  }
  if (events.length === 0) {
    cli.say(`Nothing is known of "${shown(user)}". Ids are case-sensitive; callbacks are read within moments.`);
    return;
  }
  cli.say(cli.paint.bold(`${shown(user)}: ${count(events.length, "event")}`));
  for (const traced of events) sayEvent(cli, traced);
}

function sayEvent(cli: Cli, { event, storedAt, deliveries, missing, edited }: TracedStory): void {
  const { kind, officialAccount, app, byAdmin, operator, platform, eventTime } = event;
  const verb = kind === "unsubscribed" ? "unsubscribed from" : "subscribed to";
  const who = operator === "" ? "by whom is unknown" : byAdmin ? `by ${shown(operator)}` : "themselves";
  const where = platform === "" ? "" : `, ${shown(platform)}`;
  cli.say();
  cli.say(`${time(eventTime)}  ${cli.paint.bold(verb)} ${shown(officialAccount)} (${who}${where}; app ${shown(app)})`);
  for (const line of howItCame(event, storedAt)) cli.say(line);
  if (edited !== undefined)
    cli.say(`  edited        ${editedText(edited)}: it came otherwise, and nobody understood it`);
  const width = nameWidth([...deliveries, ...missing], cli.width());
  const now = Date.now();
  for (const entry of deliveries) sayDelivery(cli, entry, width, now);
  for (const { connector, why } of missing) cli.say(`  ${connector.padEnd(width)}  ${cli.paint.dim(why)}`);
}

/** By a callback of Chat's, or found where none came. */
function howItCame(event: TracedStory["event"], storedAt: number | null): readonly string[] {
  const { eventTime, receivedAt, source, discoveredAt = receivedAt, happenedBetween } = event;
  if (source === undefined) {
    return [
      `  received      ${time(receivedAt)}, ${duration(receivedAt - eventTime)} after it happened`,
      `  acknowledged  ${acknowledged(receivedAt, storedAt)}`,
    ];
  }
  const [from, until] = happenedBetween ?? [];
  const between = from === undefined || until === undefined ? [] : [`between ${time(from)} and ${time(until)}`];
  return [
    `  found         ${time(discoveredAt)}, by comparing with Chat: no callback told of it`,
    ...between.map((words) => `  happened      ${words}`),
  ];
}

/** Of the connectors, as wide as the longest of them; a third of the screen at most. */
function nameWidth(named: readonly Pick<Missing, "connector">[], columns: number): number {
  const widest = Math.max(12, ...named.map(({ connector }) => connector.length));
  return Math.max(12, Math.min(widest, Math.floor(columns / 3)));
}

function sayDelivery(cli: Cli, entry: HeldEntry, width: number, now: number): void {
  const { paint } = cli;
  const colours = { delivered: paint.green, dead: paint.red, waiting: paint.yellow };
  const colour = entry.state in colours ? colours[entry.state as keyof typeof colours] : paint.dim;
  const indent = " ".repeat(width + 4);
  cli.say(`  ${entry.connector.padEnd(width)}  ${colour(fateText(entry, now))}`);
  const why = whyText(entry);
  if (why !== "") cli.say(`${indent}${entryReason(entry) === null ? "" : "why: "}${shown(why, 800)}`);
  if (entry.note !== null && entry.note !== why) cli.say(`${indent}${shown(entry.note, 800)}`);
  for (const { at, reason } of failuresToTell(entry)) cli.say(`${indent}${time(at)}  failed: ${reasonText(reason)}`);
  if (entry.generation > 1) cli.say(`${indent}replayed ${count(entry.generation - 1, "time")}`);
  if (entry.state === "dead") cli.say(`${indent}id: ${cutId(shown(entry.id), cli.width() - indent.length - 4)}`);
}

/** A single failure whose reason was told already is not told again. */
function failuresToTell(entry: LedgerEntry): LedgerEntry["history"] {
  const { history } = entry;
  const reason = entryReason(entry);
  const [only, another] = history;
  if (only === undefined || another !== undefined || reason === null) return history;
  return reasonText(only.reason) === reasonText(reason) ? [] : history;
}
