/** The end of the demo: one person's ledger, the dead letters, what the destinations got, and whether it adds up. */

import { count, duration, number } from "../basics/format.ts";
import { everyPage } from "../basics/pages.ts";
import type { Paint } from "../cli/terminal/printer.ts";
import { readDeadLetterIds } from "../dead-letters/read.ts";
import { fateText, whyText } from "../operations/deliveries/entry.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { type Audit, audit } from "./audit.ts";
import type { Chat } from "./chat.ts";
import { DESTINATION_TYPES } from "./destinations.ts";
import type { DemoParts } from "./parts.ts";
import { CAST, UNHEARD } from "./scenario.ts";
import { receiptText, sumText } from "./screen.ts";

export interface DemoEnding {
  readonly parts: DemoParts;
  readonly chat: Chat;
  readonly paint: Paint;
  say(line?: string): void;
  /** What a command of the bridge says. */
  output(...args: string[]): Promise<string>;
  /** A command as a person types it here. */
  typed(command: string): string;
}

/** Returns whether everything adds up. */
export async function tellEnding(ending: DemoEnding): Promise<boolean> {
  const { parts, chat, say, paint } = ending;
  const ledger = await wholeLedger(parts.storage);
  const { destinations, guests } = parts;
  const receipts = [...destinations.receipts(), ...guests.receipts()];
  const { letters } = await readDeadLetterIds(parts.folder.deadLetters);
  const unheard = foundIn(ledger);
  const found = audit({
    // nobody was told of the latter, and they count all the same
    acknowledged: new Set([...chat.acknowledged, ...unheard.values()]),
    connectors: parts.config().connectors.map(({ name }) => name),
    ledger,
    has: (entry) => guests.has(entry) ?? destinations.has(entry),
    kept: new Map(receipts.map(({ connector, kept }) => [connector, kept])),
    journaled: new Set(letters.map(({ id }) => id)),
  });
  const missed = UNHEARD.filter((user) => !unheard.has(user)).map((user) => `${user} was not found`);
  const bad = receipts.flatMap(({ connector, bad }) =>
    bad === undefined || bad.amount === 0 ? [] : [`${connector}: ${number(bad.amount)} ${bad.words}`],
  );
  await tellOne(CAST.mended, ending);
  tellDeadLetters(ledger, letters.length, ending);
  const width = Math.max(...receipts.map(({ connector }) => connector.length));
  say(paint.bold("What the destinations got"));
  for (const receipt of receipts) say(`  ${receiptText(receipt, width)}`);
  say();
  say(paint.bold("Does it add up?"));
  say(`  ${answeredText(ledger, chat)}`);
  const faults = [...found.faults, ...bad, ...missed];
  tellSum({ sums: found.sums, faults }, width, ending);
  return faults.length === 0;
}

/** By user, the events of those who left unheard: no callback told of them, and they were found. */
function foundIn(ledger: readonly LedgerEntry[]): ReadonlyMap<string, string> {
  const isMeant = ({ event: { source, user } }: LedgerEntry) =>
    source === "reconcile" && UNHEARD.some((one) => one === user);
  return new Map(ledger.filter(isMeant).map(({ event: { user, id } }) => [user, id]));
}

async function tellOne(user: string, { say, paint, output, typed }: DemoEnding): Promise<void> {
  say(`${paint.bold("One person's whole story")}  ${paint.dim(typed(`trace ${user}`))}`);
  for (const line of (await output("trace", user)).trimEnd().split("\n")) say(`  ${line}`.trimEnd());
  say();
}

function tellDeadLetters(ledger: readonly LedgerEntry[], written: number, { say, paint, typed }: DemoEnding): void {
  const now = Date.now();
  say(`${paint.bold("The dead letters")}  ${paint.dim(typed("dead-letters list"))}`);
  say(`  ${number(written)} were written to the dead-letter file.`);
  for (const entry of ledger.filter(({ state, generation }) => state === "dead" || generation > 1)) {
    const { event, connector, state } = entry;
    const to = DESTINATION_TYPES[connector]?.said ?? connector;
    const colour = state === "dead" ? paint.red : paint.green;
    const fate = state === "dead" ? fateText(entry, now) : `replayed, then ${fateText(entry, now)}`;
    say(`  ${event.user.padEnd(8)}${to}: ${colour(fate)}`);
    if (state === "dead") say(`${" ".repeat(10)}why: ${whyText(entry)}`);
  }
  say();
}

function answeredText(ledger: readonly LedgerEntry[], { callbacks, slowestMs }: Chat): string {
  const unheard = foundIn(ledger).size;
  const told = ledger.filter(({ event }) => event.source === undefined);
  const kinds = new Map(told.map(({ event }) => [event.id, event.kind]));
  const back = [...kinds.values()].filter((kind) => kind === "subscribed").length;
  const events = `${count(kinds.size - back, "unsubscription")} and ${count(back, "re-subscription")}`;
  return `Chat got OK for ${count(callbacks, "callback")}: ${events}; the slowest took ${duration(slowestMs)}. ${count(unheard, "unsubscription")} more ${unheard === 1 ? "was" : "were"} found without one.`;
}

function tellSum({ sums, faults }: Audit, width: number, { say, paint }: DemoEnding): void {
  for (const sum of sums) say(`  ${sumText(sum, width)}`);
  if (faults.length === 0) {
    const found = "each one that counts as delivered was found at its destination";
    say(`  ${paint.green("✓ Yes.")} Every acknowledged event is accounted for at every connector, and ${found}.`);
  } else {
    say(`  ${paint.red("✗ No.")}`);
    for (const fault of faults) say(`    ${paint.red(fault)}`);
  }
  say();
}

/** Deliveries in one question to the store. */
const PAGE = 1_000;

async function wholeLedger(storage: Storage): Promise<LedgerEntry[]> {
  const ledger: LedgerEntry[] = [];
  for await (const page of everyPage(PAGE, (part) => storage.deliveries({}, part))) ledger.push(...page);
  return ledger;
}
