/** What is new in one person's story since it was looked at last. Pure. */
import { stateText } from "./entry.ts";
import type { HeldEntry } from "./held.ts";
import type { TracedStory } from "./trace.ts";

export type News =
  | { readonly tag: "event"; readonly story: TracedStory }
  | { readonly tag: "delivery"; readonly entry: HeldEntry };

/** In the order of the story. Nothing is new of what waits for its first attempt, unless something holds it. */
export function newsOf(before: readonly TracedStory[], after: readonly TracedStory[]): readonly News[] {
  const known = new Set(before.map(({ event }) => event.id));
  const told = new Map(before.flatMap(({ deliveries }) => deliveries).map((entry) => [entry.id, signOf(entry)]));
  return after.flatMap((story): News[] => {
    const entries = story.deliveries.filter((entry) => (told.get(entry.id) ?? UNTOUCHED) !== signOf(entry));
    const event: News[] = known.has(story.event.id) ? [] : [{ tag: "event", story }];
    return [...event, ...entries.map((entry): News => ({ tag: "delivery", entry }))];
  });
}

/** When it came to that, milliseconds since 1970; undefined where that is not written down. */
export function newsTime(news: News): number | undefined {
  if (news.tag === "event") return news.story.event.receivedAt;
  return news.entry.settledAt ?? news.entry.lastAttemptAt ?? undefined;
}

/** What makes a delivery another one to who looks; times that only come nearer do not. */
function signOf(entry: HeldEntry): string {
  const { attempts, generation, hold, state } = entry;
  const isUntouched = state === "waiting" && attempts === 0 && generation === 1;
  const by = hold === null || PASSING.has(hold.by) ? "" : hold.by;
  return isUntouched && by === "" ? UNTOUCHED : [stateText(entry), attempts, generation, by].join(" ");
}

const UNTOUCHED = "untouched";
const PASSING: ReadonlySet<string> = new Set(["turn", "retry"]);

/** Milliseconds: what comes so soon is worth waiting for. */
const SOON_MS = 5_000;

/** Whether nothing more is to be seen of an event for a while: each delivery has ended, or waits for something. */
export function isQuiet({ deliveries, missing }: TracedStory, now: number): boolean {
  return (
    !missing.some(({ isComing }) => isComing) && deliveries.every(({ hold }) => hold === null || !isSoon(hold, now))
  );
}

function isSoon({ by, until }: NonNullable<HeldEntry["hold"]>, now: number): boolean {
  return PASSING.has(by) && until !== null && until - now < SOON_MS;
}
