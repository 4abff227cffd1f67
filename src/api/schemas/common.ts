/** What many answers have in common. */
import { type TProperties, type TSchema, Type } from "@sinclair/typebox";
import type { SentenceValue } from "../../basics/sentences.ts";
import { LONGEST_WHY } from "../../operations/connectors/control.ts";
import { nullable, sentAs, time, word } from "../wire/forms.ts";

export const REASON = Type.Object(
  {
    words: Type.String({ description: "In the bridge's own words." }),
    status: Type.Optional(Type.Integer({ description: "HTTP status, where there was one." })),
    category: Type.Optional(Type.String({ description: "The destination's category." })),
    message: Type.Optional(Type.String({ description: "The destination's message, as it came." })),
    code: Type.Optional(Type.String({ description: "What kind of reason it is, where the bridge has a word for it." })),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Unsafe<SentenceValue>(Type.Unknown()), {
        description: "What is filled into its sentence: a text, a number, or a sentence of the same form.",
      }),
    ),
  },
  { $id: "Reason", description: "Why something happened." },
);

export const ACTOR = Type.Object(
  {
    name: Type.String(),
    front: word("terminal", "page", "api"),
    proven: Type.Boolean({ description: "False where nobody has checked that it is who it says." }),
  },
  { $id: "Actor", description: "Who does something, and where they sit." },
);

export const STATE = word("waiting", "delivered", "dead", "superseded", "skipped", "discarded");
export const DEAD_CLASS = word("rejected", "expired", "unmatched");

/** A page of a list, by the name of what is in it. */
export function pageSchema<const N extends string, S extends TSchema>(name: N, of: S) {
  return Type.Object({
    // the one name that differs is that of the list
    entries: sentAs(name, Type.Array(of)),
    next: nullable(Type.String({ description: "Hand it in as `after` to go on; null: that was all." })),
    looked: Type.Integer({ description: "Rows that were read for it." }),
    backTo: Type.Optional(time("Everything received since then has been looked at.")),
    isLate: sentAs(
      "only_late",
      Type.Optional(Type.Literal(true, { description: "What may still come was stored later than it was received." })),
    ),
  });
}

/** What chooses the page of a list. */
export const PAGE = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: "At most so many." })),
  after: Type.Optional(Type.String({ minLength: 1, description: "`next` of the page before." })),
} satisfies TProperties;

export function askedOf({ limit = 50, after }: { readonly limit?: number; readonly after?: string }) {
  return { limit, ...(after !== undefined && { after }) };
}

/** Which deliveries are meant. */
export const SELECTION = {
  connector: Type.Optional(Type.String({ minLength: 1, description: "Only this connector's." })),
  class: Type.Optional({ ...DEAD_CLASS, description: "Only dead letters that were given up as this." }),
  user: Type.Optional(Type.String({ minLength: 1, description: "Only this person's; ids are case-sensitive." })),
  since: Type.Optional(time("Only events received then or later.")),
  until: Type.Optional(time("Only events received before.")),
} satisfies TProperties;

export const WHY = {
  why: Type.Optional(
    Type.String({
      maxLength: LONGEST_WHY,
      description: "For others: it stands in the audit, and with a pause while it lasts.",
    }),
  ),
} satisfies TProperties;

export const DONE = Type.Object({ done: Type.Literal(true) });

/** What is answered where there is nothing else to say. */
export const IS_DONE = { done: true } as const;
