/** What happens, from the first callback to the last repair. Each step tells what it does and waits for what comes of it. */

import { count, duration, number } from "../basics/format.ts";
import { sleep } from "../basics/waiting.ts";
import { reasonText } from "../operations/reason.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import type { Chat } from "./chat.ts";
import type { Numbers } from "./numbers.ts";
import type { DemoParts } from "./parts.ts";
import { CAST, CREDENTIALS, GROUPS, NEWS, SAMPLE, type Scenario, UNHEARD } from "./scenario.ts";
import type { Note } from "./screen.ts";
import type { DemoWatch } from "./watch.ts";

export interface StoryParts {
  readonly parts: DemoParts;
  readonly chat: Chat;
  readonly watch: DemoWatch<Numbers>;
  /** Shows a line of the story. Resolves when there was time to read it. */
  tell(note: Note): Promise<void>;
  /** Runs a command of the bridge against the demo's store. Rejects with what it said when it fails. */
  command(...args: string[]): Promise<void>;
}

/** How long Chat takes for all callbacks, in milliseconds: slow enough to watch. */
const CROWD_MS = 6_000;
/** Callbacks under way at once. */
const CONNECTIONS = 8;
/** After so much of the callbacks, Segment breaks. */
const BREAKS_AT = 0.2;
const OUTAGE = { ms: 3_000, retryAfterS: 2 } as const;

/** The first comparison waits for nobody but Chat. */
const COMPARED_MS = 15_000;
const LOOK_EVERY_MS = 50;
const TOLD_MS = 60_000;

export async function tellStory(scenario: Scenario, telling: StoryParts): Promise<void> {
  // side by side: the first that fails ends the story, and nobody misses how the other ends
  await Promise.all([firstComparison(telling), documentedSample(telling)]);
  await thousandPeople(scenario, telling);
  await teamIsTold(telling);
  await everybodyArrives(telling);
  await unknownBecomesKnown(telling);
  await refusedIsReplayed(telling);
  await unheardAreFound(telling);
}

/** Before it nobody could be missed. */
async function firstComparison({ parts: { storage } }: StoryParts): Promise<void> {
  const end = performance.now() + COMPARED_MS;
  const isCompared = async () => (await storage.rosterAccounts()).some(({ baselineAt }) => baselineAt !== null);
  while (!(await isCompared())) {
    if (performance.now() > end) throw new Error("Chat's list of who subscribes was not read");
    await sleep(LOOK_EVERY_MS);
  }
}

async function documentedSample({ chat, tell }: StoryParts): Promise<void> {
  await tell({
    tone: "act",
    text: "Chat reports the sample of its documentation: jared and leckie have unsubscribed.",
  });
  const ms = await chat.post(SAMPLE);
  await tell({ tone: "good", text: `The bridge answers OK after ${duration(ms)}: both are safely on disk.` });
  await chat.post(SAMPLE);
  await tell({ tone: "good", text: "Chat sends the same once more: OK again, and nobody will be told twice." });
}

async function thousandPeople({ callbacks }: Scenario, { parts, chat, tell }: StoryParts): Promise<void> {
  const { themselves, byAdmin, byBot, returning } = GROUPS;
  await tell({
    tone: "act",
    text: `1,000 more people: ${themselves} leave by themselves, an admin removes ${byAdmin}, cleanup_bot removes ${byBot}, and ${returning} leave and come back.`,
  });
  const breaksAt = Math.floor(callbacks.length * BREAKS_AT);
  await inTime(callbacks, async (callback, index) => {
    if (index === breaksAt) {
      parts.destinations.breakSegment(OUTAGE.ms, OUTAGE.retryAfterS);
      parts.guests.breakDown(OUTAGE.ms, OUTAGE.retryAfterS);
    }
    await chat.post(callback);
  });
  const answers = `all ${number(chat.callbacks)} callbacks are answered OK, the slowest after ${duration(chat.slowestMs)}`;
  await tell({ tone: "good", text: `That was everybody: ${answers}. Chat would wait for 2 s.` });
}

/** Evenly over `CROWD_MS`, or as fast as the answers come where that is slower. Rejects with the first failure. */
async function inTime<T>(items: readonly T[], act: (item: T, index: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const queue = items.entries();
  const connection = async () => {
    for (const [index, item] of queue) {
      await sleep(Math.max(0, began + (CROWD_MS * index) / items.length - performance.now()));
      await act(item, index);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

/** Segment was away for longer than anybody's wish may wait for it here. */
async function teamIsTold({ parts: { destinations }, tell }: StoryParts): Promise<void> {
  const end = performance.now() + TOLD_MS;
  const isOver = () => destinations.told().some(({ kind }) => kind === "over");
  while (!isOver()) {
    if (performance.now() > end) {
      const kinds = destinations.told().map(({ kind }) => kind);
      throw new Error(
        `the team was told of ${kinds.join(", ") || "nothing"}, and not that Segment was late and is well again`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
  const told = destinations.told();
  const at = told.findIndex(({ kind }) => kind === "over");
  const worst = told.slice(0, at).findLast(({ kind }) => kind !== "repeated");
  const over = told[at];
  await tell({ tone: "trouble", text: `The team's chat was told while Segment was away: “${worst?.title}”` });
  await tell({ tone: "good", text: `And when that had ended: “${over?.title}”` });
}

async function everybodyArrives({ parts, watch, tell }: StoryParts): Promise<void> {
  const numbers = await watch.until("everything is delivered, but for three people", (now) => {
    const [crm, analytics, partner] = ["crm", "analytics", "partner"].map((name) => now.get(name));
    const isUsual = crm?.waiting === 1 && analytics?.waiting === 0 && partner?.waiting === 0;
    // of the three only the one whom nobody knows concerns them
    return isUsual && parts.guests.names.every((name) => (now.get(name)?.waiting ?? 0) <= 1);
  });
  const { superseded = 0 } = numbers.get("crm") ?? {};
  const { skipped = 0, dead = 0 } = numbers.get("partner") ?? {};
  await tell({
    tone: "good",
    text: `HubSpot was not told of ${number(superseded)} unsubscriptions: these people have come back since, and old news must not overwrite newer.`,
  });
  await tell({
    tone: "good",
    text: `The partner was not told of ${number(skipped)} events that the configuration leaves out (cleanup_bot, re-subscriptions).`,
  });
  const [refused] = await parts.storage.deliveries({ connector: "partner", states: ["dead"] }, { limit: 1 });
  await tell({
    tone: "trouble",
    text: `The partner refuses ${CAST.mended} and ${CAST.refused}: ${whyOf(refused)}. ${count(dead, "dead letter")}, kept with the reason.`,
  });
}

async function unknownBecomesKnown({ parts, watch, tell, command }: StoryParts): Promise<void> {
  const { unknown } = CAST;
  const [entry] = await parts.storage.deliveries({ connector: "crm", user: unknown }, { limit: 1 });
  const next = entry?.dueAt == null ? "later" : `in ${duration(entry.dueAt - Date.now())}`;
  await tell({
    tone: "trouble",
    text: `HubSpot does not know ${unknown}: ${whyOf(entry)}. She waits, and is tried again ${next}.`,
  });
  parts.destinations.addContact(unknown);
  await tell({
    tone: "act",
    text: `Somebody makes ${unknown}'s contact in HubSpot, and does not want to wait: retry --now --connector crm`,
  });
  parts.guests.know(unknown);
  const knowing = ["crm", ...parts.guests.names];
  for (const name of knowing) await command("retry", "--now", "--connector", name);
  await watch.until(`${unknown} is delivered`, (now) => knowing.every((name) => now.get(name)?.waiting === 0));
  await tell({ tone: "good", text: `${unknown}'s unsubscription has reached HubSpot.` });
}

async function refusedIsReplayed({ parts, watch, tell, command }: StoryParts): Promise<void> {
  const { mended } = CAST;
  parts.destinations.refused.delete(mended);
  await tell({
    tone: "act",
    text: `The partner puts ${mended} on its list: dead-letters replay --user ${mended} --yes`,
  });
  await command("dead-letters", "replay", "--user", mended, "--yes");
  const arrives = ({ dead, waiting }: { dead: number; waiting: number }) => dead === 1 && waiting === 0;
  await watch.until(`${mended} is delivered`, (now) => arrives(now.get("partner") ?? { dead: 0, waiting: 0 }));
  await tell({
    tone: "good",
    text: `${mended}'s unsubscription has reached the partner, under the same id as before.`,
  });
}

async function unheardAreFound({ parts, watch, tell, command }: StoryParts): Promise<void> {
  const { chatItself } = parts;
  const told = await watch.until("a look", () => true);
  await tell({
    tone: "act",
    text: `The bridge is down for a moment. Meanwhile ${UNHEARD.join(", ")} leave: Chat calls once, and nobody answers.`,
  });
  await parts.whileDown(async () => {
    chatItself.callbacks = { url: parts.url, token: CREDENTIALS.chatToken };
    for (const user of UNHEARD) {
      if ((await chatItself.unsubscribe(NEWS, user)) === "heard") throw new Error("a bridge that is down has answered");
    }
  });
  await tell({
    tone: "trouble",
    text: "It is up again, and no callback will ever tell of them. Somebody does not wait for the next comparison: reconcile run",
  });
  await command("reconcile", "run");
  await watch.until("who left unheard is delivered everywhere", (now) => {
    const before = (name: string) => told.get(name)?.delivered ?? 0;
    return [...now.values()].every(
      ({ name, waiting, delivered }) => waiting === 0 && delivered >= before(name) + UNHEARD.length,
    );
  });
  await tell({
    tone: "good",
    text: `The bridge has compared who subscribes with Chat's own list, asked Chat about the ${UNHEARD.length} who are missing, and told everybody that they have left.`,
  });
}

function whyOf(entry: LedgerEntry | undefined): string {
  return entry?.reason == null ? "no reason is known" : reasonText(entry.reason);
}
