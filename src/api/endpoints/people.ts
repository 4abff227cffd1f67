/** People, and their stories. */
import { Type } from "@sinclair/typebox";
import type { Named } from "../../operations/beginnings.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { holdText } from "../../operations/deliveries/hold.ts";
import { type PersonVerdict, VERDICT_TAGS, type VerdictTag } from "../../operations/people/verdict.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { STORY } from "../schemas/deliveries.ts";
import { nullable, time, word } from "../wire/forms.ts";

/** With what keeps it waiting in words. */
export function withWords<E extends Pick<HeldEntry, "hold">>(entry: E, now: number) {
  const { hold } = entry;
  return { ...entry, hold: hold === null ? null : { ...hold, words: holdText(hold, now) } };
}

/** What a text names, as lists: one, none, or a few of those that are meant. */
export function namedOf<T>(named: Named<T>): {
  readonly id: string | null;
  readonly candidates: readonly T[];
  readonly more: boolean;
  readonly why: string | null;
} {
  switch (named.tag) {
    case "one":
      return { id: named.id, candidates: [], more: false, why: null };
    case "none":
      return { id: null, candidates: [], more: false, why: named.why ?? null };
    case "several":
      return { id: null, candidates: named.candidates, more: named.more, why: null };
  }
}

export const WHY_NOT = nullable(Type.String({ description: "Why beginnings cannot be looked for just now." }));

export const PEOPLE = Type.Object({ people: Type.Array(Type.String()), more: Type.Boolean(), why: WHY_NOT });

export const PERSON = Type.Object({ user: Type.String(), events: Type.Array(STORY) });

/** As many as the console's page looks for. */
const MOST_AT_ONCE = 40;

const CONNECTORS = (description: string) => Type.Array(Type.String(), { description });

const VERDICT = Type.Object(
  {
    user: Type.String(),
    tag: Type.Unsafe<VerdictTag>({
      ...word(...VERDICT_TAGS),
      description:
        "The worst of what is true: `dead` needs a person, `owed` goes on by itself; `unknown`: nothing is known of them.",
    }),
    at: nullable(time("When it was wished.")),
    dead: CONNECTORS("That have given it up."),
    waiting: CONNECTORS("That still owe it."),
    delivered: CONNECTORS("That have it."),
    skipped: CONNECTORS("That do not get it, by their settings or the destination's word."),
    discarded: CONNECTORS("Of which a person said that they shall not get it."),
    superseded: CONNECTORS("For which something newer counts."),
  },
  { $id: "Verdict", description: "What a person's story comes to." },
);

export const VERDICTS = Type.Object({ people: Type.Array(VERDICT) });

function summaryOf({ tag, at, coming, ...of }: PersonVerdict) {
  const names = (entries: readonly { readonly connector: string }[]) => [
    ...new Set(entries.map(({ connector }) => connector)),
  ];
  return {
    ...{ tag, at, dead: names(of.dead), waiting: names([...of.waiting, ...coming]), delivered: names(of.delivered) },
    ...{ skipped: names(of.skipped), discarded: names(of.discarded), superseded: names(of.superseded) },
  };
}

export const PEOPLE_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/people", tag: "people", least: "viewer" },
    summary: "Whose id begins so",
    description: "Twenty at most. It is written down in the audit, as every search is.",
    query: Type.Object({
      prefix: Type.String({ minLength: 1, description: "The beginning of an id; case-sensitive." }),
    }),
    answer: PEOPLE,
    async act({ query, operations }) {
      const { id, candidates, more, why } = namedOf(await operations.peopleNamed(query.prefix));
      return { people: id === null ? candidates : [id], more, why };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/verdicts", tag: "people", least: "viewer" },
    summary: "Whether each of several people was honoured, in the order in which they are asked for",
    description:
      "The verdict of the console's page for forty ids at once. Each is written down in the audit, as every search is.",
    query: Type.Object({
      user: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: MOST_AT_ONCE,
        description: "Whole ids; case-sensitive. Each once is enough.",
      }),
    }),
    answer: VERDICTS,
    async act({ query, operations }) {
      const people = await operations.people([...new Set(query.user)], "search");
      return { people: people.map(({ user, verdict }) => ({ user, ...summaryOf(verdict) })) };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/people/{user}", tag: "people", least: "viewer" },
    summary: "One person's whole story: every event, and what became of it at each connector",
    description: "Empty where nothing is known of them. It is written down in the audit.",
    params: { user: "The user's id in Chat; case-sensitive." },
    answer: PERSON,
    async act({ params: { user = "" }, operations, now }) {
      const events = await operations.trace(user);
      const told = events.map((story) => ({
        ...story,
        deliveries: story.deliveries.map((entry) => withWords(entry, now)),
      }));
      return { user, events: told };
    },
  }),
];
