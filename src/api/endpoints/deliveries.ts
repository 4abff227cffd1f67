/** The ledger, and what in it was given up. */
import { Type } from "@sinclair/typebox";
import { deliveryIdMeant } from "../../operations/meant-ids.ts";
import type { Operations } from "../../operations/operations.ts";
import type { LedgerFilter } from "../../storage/contract/questions.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { noPlace, ProblemError } from "../problem.ts";
import { askedOf, DEAD_CLASS, DONE, IS_DONE, PAGE, pageSchema, SELECTION, STATE } from "../schemas/common.ts";
import { DELIVERY, HOLDS_OF } from "../schemas/deliveries.ts";
import { mapOf, nullable, sentAs, time } from "../wire/forms.ts";
import { namedOf, WHY_NOT, withWords } from "./people.ts";

export const DELIVERIES = pageSchema("deliveries", DELIVERY);

export const NAMED_DELIVERY = Type.Object({
  id: nullable(Type.String({ description: "The one that is meant." })),
  candidates: Type.Array(DELIVERY, { description: "A few, where several are." }),
  more: Type.Boolean(),
  why: WHY_NOT,
});

const { hold: _, ...LETTER } = DELIVERY.properties;

export const GROUPS = Type.Object({
  groups: Type.Array(
    Type.Object({
      connector: Type.String(),
      class: DEAD_CLASS,
      kind: sentAs("reason", Type.Optional(Type.String({ description: "As a plan takes it; absent: none was kept." }))),
      count: Type.Integer({ description: "Among those that were looked at." }),
      example: Type.Object(LETTER),
      from: time("When the first of them happened."),
      until: time("When the last of them happened."),
    }),
  ),
  next: nullable(Type.String()),
  looked: Type.Integer({ description: "Rows that were read for it." }),
});

export const HOLDS = Type.Object({ holds: mapOf(HOLDS_OF, "By connector; those that send are not in it.") });

async function listed(
  operations: Operations,
  filter: LedgerFilter,
  page: { readonly limit?: number; readonly after?: string },
  now: number,
) {
  const found = await operations.deliveries(filter, askedOf(page));
  if (found === null) throw noPlace();
  return { ...found, entries: found.entries.map((entry) => withWords(entry, now)) };
}

export const DELIVERY_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/deliveries", tag: "deliveries", least: "viewer" },
    summary: "Deliveries, newest event first",
    query: Type.Object({
      ...SELECTION,
      state: Type.Optional(Type.Array(STATE, { description: "Only those in these states." })),
      ...PAGE,
    }),
    answer: DELIVERIES,
    refusals: { 404: "The store knows no connector of this name." },
    act({ query: { limit, after, state, ...filter }, operations, now }) {
      const states = state === undefined ? {} : { states: state };
      return listed(operations, { ...filter, ...states }, pageMeant({ limit, after }), now);
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/deliveries/named", tag: "deliveries", least: "viewer" },
    summary: "Which delivery is meant by the beginning of its id",
    query: Type.Object({ text: Type.String({ minLength: 1, description: "`3f0c…:crm`, `3f0c`" }) }),
    answer: NAMED_DELIVERY,
    async act({ query, operations }) {
      const named = namedOf(await operations.deliveryNamed(query.text));
      return { ...named, candidates: named.candidates.map((entry) => ({ ...entry, hold: null })) };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/deliveries/{id}", tag: "deliveries", least: "viewer" },
    summary: "One delivery with everything that is known of it",
    params: { id: "Its id, or any beginning of it that no other has." },
    answer: DELIVERY,
    refusals: { 404: "There is no delivery with this id, or several begin so: the words name them." },
    async act({ params: { id = "" }, operations, now }) {
      const entry = await operations.delivery(await deliveryIdMeant(operations, id));
      if (entry === null) throw new ProblemError(404, "there is no delivery with this id");
      return withWords(entry, now);
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/holds", tag: "deliveries", least: "viewer" },
    summary: "What holds whatever waits for these connectors",
    query: Type.Object({ connector: Type.Array(Type.String({ minLength: 1 }), { description: "Their names." }) }),
    answer: HOLDS,
    act: async ({ query, operations }) => ({ holds: await operations.holds(query.connector) }),
  }),
  endpoint({
    ...{ method: "GET", path: "/dead-letters/groups", tag: "dead-letters", least: "viewer" },
    summary: "What was given up, by connector, class and kind of reason: the largest first",
    description: "Of the newest 2,000 or so; go on behind `next` for older ones.",
    query: Type.Object({ ...SELECTION, after: PAGE.after }),
    answer: GROUPS,
    refusals: { 404: "The store knows no connector of this name." },
    act({ query: { after, ...filter }, operations }) {
      return operations.letterGroups(filter, { rows: 2_000, ...(after !== undefined && { after }) });
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/dead-letters", tag: "dead-letters", least: "viewer" },
    summary: "What was given up, newest event first",
    query: Type.Object({ ...SELECTION, ...PAGE }),
    answer: DELIVERIES,
    refusals: { 404: "The store knows no connector of this name." },
    act({ query: { limit, after, ...filter }, operations, now }) {
      return listed(operations, { ...filter, states: ["dead"] }, pageMeant({ limit, after }), now);
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/dead-letters/exported", tag: "dead-letters", least: "viewer" },
    summary: "Write down that dead letters were taken out",
    description: "For whoever has read lists of them into a file: an export is a row of the audit.",
    body: Type.Object({ ...SELECTION, count: Type.Integer({ minimum: 0, description: "How many." }) }),
    answer: DONE,
    async act({ body: { count, ...filter }, operations }) {
      await operations.noteExport(filter, count);
      return IS_DONE;
    },
  }),
];

function pageMeant({ limit, after }: { readonly limit: number | undefined; readonly after: string | undefined }) {
  return { ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) };
}
