/** One person's journey while it happens: what destinations are asked and answer, and what the ledger makes of it. */

import type { FollowedNews, Following } from "../../admin/following.ts";
import { sleep } from "../../basics/waiting.ts";
import type { ExchangeStep } from "../../delivery/following/exchanges.ts";
import { type News, newsOf, newsTime } from "../../operations/deliveries/news.ts";
import type { TracedStory } from "../../operations/deliveries/trace.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Cli } from "../cli.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { newsJson, newsText, stepJson, stepText } from "./following-text.ts";

/** Milliseconds between two looks. Both are cheap: steps in the bridge's memory, and a person's rows by their index. */
const EVERY_MS = 400;

export interface Journey {
  /** Of the running bridge. */
  readonly following: Following;
  /** Of the ledger. */
  readonly ledger: () => Promise<readonly TracedStory[]>;
  /** What of the story was told already. */
  readonly told: readonly TracedStory[];
  /** Why requests cannot be seen, where that was told already. */
  readonly unseen?: string;
}

/**
 * Shows what happens, until `isOver` says so of the story, or `signal` does. Resolves with the story as it was last seen. Trouble is
 * told, and ends nothing.
 */
export async function followJourney(
  cli: Cli,
  options: JsonOption,
  { following, ledger, told, unseen = "" }: Journey,
  { isOver, signal }: { readonly isOver: (story: readonly TracedStory[]) => boolean; readonly signal: AbortSignal },
): Promise<readonly TracedStory[]> {
  const complain = onlyOnce(cli, unseenWords(unseen));
  let story = told;
  while (!signal.aborted) {
    const seen = await ledger().catch((error: unknown) => complain(`The store does not answer: ${errorLine(error)}`));
    // behind the ledger: whatever made it as it is has been asked and answered by then
    const steps = stepsOf(await following.look(), complain);
    const news = newsOf(story, seen ?? story);
    for (const item of inOrder(steps, news)) sayItem(cli, options, item);
    story = seen ?? story;
    if (isOver(story)) return story;
    await sleep(EVERY_MS, signal).catch(() => undefined);
  }
  return story;
}

type Item = { readonly at: number } & ({ readonly step: ExchangeStep } | { readonly news: News });

function inOrder(steps: readonly ExchangeStep[], news: readonly News[]): readonly Item[] {
  const now = Date.now();
  const items: Item[] = [
    ...steps.map((step) => ({ at: step.at, step })),
    ...news.map((one) => ({ at: newsTime(one) ?? now, news: one })),
  ];
  return items.sort((one, other) => one.at - other.at);
}

function sayItem(cli: Cli, { json }: JsonOption, item: Item): void {
  const isStep = "step" in item;
  if (json === true) cli.sayJsonLine(isStep ? stepJson(item.step) : newsJson(item.news, Date.now()));
  else cli.say(isStep ? stepText(item.step, cli.paint) : newsText(item.news, Date.now(), cli.paint));
}

function stepsOf(look: FollowedNews, complain: (words: string) => void): readonly ExchangeStep[] {
  if (look.tag === "unseen") {
    complain(unseenWords(look.why));
    return [];
  }
  if (look.missed > 0) complain(`${look.missed} requests and answers came too fast to be shown.`);
  return look.steps;
}

function unseenWords(why: string): string {
  return `Requests and answers of the bridge cannot be shown, for ${why}.`;
}

/** The same trouble is told once in a row. */
function onlyOnce({ complain }: Pick<Cli, "complain">, told: string): (words: string) => undefined {
  let last = told;
  return (words) => {
    if (words !== last) complain(words);
    last = words;
  };
}
