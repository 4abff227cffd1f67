/** Was somebody honoured? What their story comes to, for each of their wishes that still counts. Pure. */
import type { HeldEntry } from "../deliveries/held.ts";
import type { Missing, TracedStory } from "../deliveries/trace.ts";

/**
 * The worst of what is true, from the top: `dead` needs a person, `owed` goes on by itself or waits for its connector. `honoured`:
 * every connector that should get it has it. `cameBack`: they subscribed again, and nothing is owed. `nowhere`: no connector gets it.
 */
export const VERDICT_TAGS = [
  ...(["unknown", "dead", "owed", "honoured", "discarded", "skipped", "superseded"] as const),
  ...(["nowhere", "cameBack", "subscribed"] as const),
] as const;

export type VerdictTag = (typeof VERDICT_TAGS)[number];

export interface PersonVerdict {
  readonly tag: VerdictTag;
  /** When it was wished; of `cameBack` and `subscribed`, when they subscribed. Milliseconds since 1970; null of nobody. */
  readonly at: number | null;
  readonly dead: readonly HeldEntry[];
  readonly waiting: readonly HeldEntry[];
  /** Connectors that will have a delivery of it, and have none yet. */
  readonly coming: readonly Missing[];
  readonly delivered: readonly HeldEntry[];
  readonly skipped: readonly HeldEntry[];
  readonly discarded: readonly HeldEntry[];
  readonly superseded: readonly HeldEntry[];
}

const NOTHING: Omit<PersonVerdict, "tag" | "at"> = {
  ...{ dead: [], waiting: [], coming: [], delivered: [], skipped: [], discarded: [], superseded: [] },
};

/** @param stories all that is known of one person, in the order in which it happened */
export function personVerdict(stories: readonly TracedStory[]): PersonVerdict {
  const latest = latestByAccount(stories);
  const wishes = latest.filter(([{ event }]) => event.kind === "unsubscribed");
  if (wishes.length > 0) return ofWishes(wishes);
  if (latest.length === 0) return { tag: "unknown", at: null, ...NOTHING };
  const hadLeft = stories.some(({ event }) => event.kind === "unsubscribed");
  const at = Math.max(...latest.map(([{ event }]) => event.eventTime));
  return { tag: hadLeft ? "cameBack" : "subscribed", at, ...NOTHING };
}

/** One wish, told once, or a second time by a callback that came after it had been found without. */
type Wish = readonly [TracedStory, ...TracedStory[]];

/** What somebody did last at each account: that alone is what they want by now. */
function latestByAccount(stories: readonly TracedStory[]): Wish[] {
  const latest = new Map<string, Wish>();
  for (const story of stories) {
    const account = JSON.stringify([story.event.app, story.event.officialAccount]);
    const known = latest.get(account);
    const isToldAgain = known !== undefined && isSame(known[0], story);
    latest.set(account, isToldAgain ? [...known, story] : [story]);
  }
  return [...latest.values()];
}

const isSame = (one: TracedStory, other: TracedStory): boolean =>
  one.sameAs === other.event.id || other.sameAs === one.event.id;

/** What became of a wish at each connector: where it was told twice, one of the two was skipped for the other. */
function entriesOf(wish: Wish): HeldEntry[] {
  const all = Map.groupBy(
    wish.flatMap(({ deliveries }) => deliveries),
    ({ connector }) => connector,
  );
  return [...all.values()].flatMap(
    (entries) => entries.find(({ state }) => state !== "skipped") ?? entries.slice(0, 1),
  );
}

function comingOf(wish: Wish): Missing[] {
  // one that was skipped may be so for the other, which is still to come
  const sent = entriesOf(wish).filter(({ state }) => state !== "skipped" || wish.length === 1);
  const there = new Set(sent.map(({ connector }) => connector));
  const missing = wish.flatMap((story) => story.missing);
  const coming = missing.filter(({ connector, by }) => by !== "left_out" && !there.has(connector));
  return [...new Map(coming.map((one) => [one.connector, one])).values()];
}

function ofWishes(wishes: readonly Wish[]): PersonVerdict {
  const entries = wishes.flatMap(entriesOf);
  const inState = (state: HeldEntry["state"]) => entries.filter((entry) => entry.state === state);
  const found = {
    at: Math.min(...wishes.map(([{ event }]) => event.eventTime)),
    dead: inState("dead"),
    waiting: inState("waiting"),
    coming: wishes.flatMap(comingOf),
    delivered: inState("delivered"),
    skipped: inState("skipped"),
    discarded: inState("discarded"),
    superseded: inState("superseded"),
  };
  return { tag: tagOf(found), ...found };
}

function tagOf(found: Omit<PersonVerdict, "tag" | "at">): VerdictTag {
  if (found.dead.length > 0) return "dead";
  if (found.waiting.length > 0 || found.coming.length > 0) return "owed";
  // a person has said not to send it there: that is not everywhere
  if (found.discarded.length > 0) return "discarded";
  if (found.delivered.length > 0) return "honoured";
  if (found.skipped.length > 0) return "skipped";
  return found.superseded.length > 0 ? "superseded" : "nowhere";
}
