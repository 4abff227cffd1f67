/** All pages of an account, into the store, as far as they can be believed. */

import type { SubscriberPage, Unanswered } from "../chat-rest/contract.ts";
import type { AccountKey } from "../storage/contract/accounts.ts";
import type { Held } from "../storage/contract/held-pass.ts";
import type { Pass } from "../storage/contract/passes.ts";
import { LONGEST_WAIT_MS } from "./decide-person.ts";
import { begunReading, type PassReading, whyNotOn, whyNotYet, whyUnexplained, withPage } from "./decide-void.ts";
import { followAll, type PassParts, STOPPED, type Stop, voidFor } from "./parts.ts";
import { says } from "./words.ts";

/** What is known when reading begins, or goes on. */
export interface Before {
  /** What Chat counts now. */
  readonly subscribers: number;
  /** Unsubscriptions that callbacks had told by then. */
  readonly told: number;
}

/** @param onPage how many different people were read by then */
export async function readPages(
  parts: PassParts,
  pass: Pass,
  held: Held,
  before: Before,
  onPage: (people: number) => void,
): Promise<Stop | undefined> {
  const { storage, signal, giveWay } = parts;
  let reading = begunReading(pass.subscribers, before.subscribers, pass);
  let next = pass.next;
  let isLast = pass.pages > 0 && next === "";
  let asked = isLast ? undefined : askAhead(parts, pass, held, next);
  while (!isLast && asked !== undefined) {
    const page = await asked;
    if ("tag" in page) return page;
    ({ next } = page);
    isLast = next === "";
    // the next page is under way while this one is noted
    asked = isLast ? undefined : askAhead(parts, pass, held, next);
    const began = performance.now();
    const noted = await storage.notePage({ ...held, page: reading.pages, people: inMs(page), next });
    if (noted.tag === "lost") return noted;
    if (noted.tag === "repeated") return voidFor(says("page_repeated").words);
    reading = withPage(reading, page.subscriberNum, noted.people);
    onPage(noted.people);
    const why = whyNotOn(reading, { people: page.people.length, next });
    if (why !== undefined) return voidFor(why);
    if (signal.aborted) return STOPPED;
    // while Chat answers: where it takes its time, this costs none
    await giveWay(performance.now() - began);
  }
  return explained(parts, pass, reading, before);
}

const inMs = ({ people }: SubscriberPage) =>
  people.map(({ user, subscribeTime }) => ({ user, subscribeTime: subscribeTime * 1_000 }));

async function explained(
  parts: PassParts,
  pass: Pass,
  reading: PassReading,
  before: Before,
): Promise<Stop | undefined> {
  await followAll(parts);
  const why = whyUnexplained(reading, (await toldOf(parts, pass)) - before.told);
  return why === undefined ? undefined : voidFor(why);
}

/** Unsubscriptions of an account that callbacks have told, ever. */
export async function toldOf({ storage }: Pick<PassParts, "storage">, { app, account }: AccountKey): Promise<number> {
  const own = await storage.coverage({ app, account });
  return own.reduce((sum, { told }) => sum + told, 0);
}

/** May be left behind: then nobody is there any more for whom it could fail. */
function askAhead(...of: Parameters<typeof askFor>): ReturnType<typeof askFor> {
  const asked = askFor(...of);
  asked.catch(() => undefined);
  return asked;
}

/** A page is asked for so often, with a longer wait each time, before the pass is given up. */
const TRIES = 4;
const FIRST_WAIT_MS = 1_000;

async function askFor(
  { chat, signal, pause, storage, settings }: PassParts,
  { account }: Pass,
  held: Held,
  next: string,
): Promise<SubscriberPage | Stop> {
  for (let tries = 1; ; tries += 1) {
    const answer = await chat.subscribers(account, next, signal);
    if (signal.aborted) return STOPPED;
    if (answer.tag === "ok") {
      const why = whyNotYet(answer.value.people, answer.clock?.askedAt, settings.skewMs);
      return why === undefined ? answer.value : voidFor(why);
    }
    if (answer.tag === "no_account") {
      return voidFor(says("account_gone_meanwhile").words);
    }
    const waitMs = waitBeforeAgain(answer, tries);
    if (waitMs === undefined) return voidFor(says("page_unread", { fault: answer.words }).words);
    await pause(waitMs);
    if (signal.aborted) return STOPPED;
    if (!(await storage.renewPass(held))) return { tag: "lost" };
  }
}

/** Only what came of the network, of Chat's rate or of its trouble is asked again; undefined: not. */
function waitBeforeAgain(answer: Unanswered, tries: number): number | undefined {
  if (answer.tag !== "later" || answer.isOdd || tries >= TRIES) return undefined;
  const waitMs = answer.afterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
  return waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}
