/** The quarantine: looked at, replayed, edited. */
import { hash } from "node:crypto";
import { Type } from "@sinclair/typebox";
import { allMeant, entryIdMeant } from "../../operations/meant-ids.ts";
import { bodyText } from "../../operations/quarantine/list.ts";
import { type ReplayChoice, understoodIn } from "../../operations/quarantine/replay.ts";
import { Refused } from "../../operations/refused.ts";
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import { type ApiCall, type Endpoint, endpoint } from "../endpoint.ts";
import { noPlace, ProblemError } from "../problem.ts";
import { askedOf, DONE, IS_DONE, PAGE, pageSchema } from "../schemas/common.ts";
import { QUARANTINE_ENTRY, QUARANTINED, REPLAYED } from "../schemas/quarantine.ts";
import { nullable } from "../wire/forms.ts";
import { namedOf, WHY_NOT } from "./people.ts";

const NO_ENTRY = { 404: "There is no such entry in the quarantine (any more)." };
const ID = { id: "The entry's id, or any beginning of it that no other has." };

const digestOf = ({ body }: Pick<QuarantineEntry, "body">): string => hash("sha256", body, "hex");

async function entryOf({ params: { id = "" }, operations }: Pick<ApiCall, "params" | "operations">) {
  const entry = await operations.quarantineEntry(await entryIdMeant(operations, id));
  if (entry === null) throw new ProblemError(404, NO_ENTRY[404]);
  return entry;
}

export const QUARANTINE = pageSchema("entries", QUARANTINED);

export const NAMED_ENTRY = Type.Object({
  id: nullable(Type.String()),
  candidates: Type.Array(Type.String()),
  more: Type.Boolean(),
  why: WHY_NOT,
});

export const QUARANTINE_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/quarantine", tag: "quarantine", least: "viewer" },
    summary: "Callbacks that could not be understood, oldest first, without their bodies",
    query: Type.Object(PAGE),
    answer: QUARANTINE,
    async act({ query, operations }) {
      const found = await operations.quarantined(askedOf(query));
      if (found === null) throw noPlace();
      return found;
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/quarantine/named", tag: "quarantine", least: "viewer" },
    summary: "Which entry is meant by the beginning of its id",
    query: Type.Object({ text: Type.String({ minLength: 1 }) }),
    answer: NAMED_ENTRY,
    act: async ({ query, operations }) => namedOf(await operations.entryNamed(query.text)),
  }),
  endpoint({
    ...{ method: "GET", path: "/quarantine/{id}", tag: "quarantine", least: "viewer", params: ID },
    summary: "One entry with its body as it came",
    answer: QUARANTINE_ENTRY,
    refusals: NO_ENTRY,
    async act(call) {
      const entry = await entryOf(call);
      const { body, encoding } = bodyText(entry);
      return { ...entry, text: encoding === "utf8" ? body : null, digest: digestOf(entry) };
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/quarantine/replay", tag: "quarantine", least: "operator" },
    summary: "Read entries once more, and take in what is understood",
    body: Type.Object({
      ids: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 1_000 })),
      all: Type.Optional(Type.Literal(true)),
      stale_within_ms: Type.Optional(
        Type.Integer({ minimum: 0, description: "Of `all`: those that came stale by so much at most." }),
      ),
      dry: Type.Optional(
        Type.Boolean({
          default: true,
          description: "Only say what would be taken in; it is done where this is false.",
        }),
      ),
    }),
    answer: REPLAYED,
    async act({ body, operations }) {
      const { dry = true } = body;
      const choice = await withWholeIds(choiceIn(body), operations);
      const plan = await operations.planReplay(choice, () => undefined);
      const told = { left: plan.left, needed: plan.needed ?? null };
      if (dry) return { done: false, verdicts: plan.verdicts, ...told };
      const understood = understoodIn(plan).map(({ id }) => id);
      const taken = new Map(
        (await operations.takeIn(understood, () => undefined)).map((verdict) => [verdict.id, verdict]),
      );
      return { done: true, verdicts: plan.verdicts.map((verdict) => taken.get(verdict.id) ?? verdict), ...told };
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/quarantine/{id}/edit", tag: "quarantine", least: "operator", params: ID },
    summary: "Give an entry another body, to be replayed then",
    body: Type.Object({
      seen: Type.String({ pattern: "^[0-9a-f]{64}$", description: "`digest` of the body that was seen." }),
      text: Type.Optional(Type.String({ description: "The other body." })),
      body_base64: Type.Optional(Type.String({ description: "The same, where it is no text." })),
    }),
    answer: DONE,
    refusals: { ...NO_ENTRY, 409: "Somebody else has changed it meanwhile." },
    async act(call) {
      const entry = await entryOf(call);
      if (digestOf(entry) !== call.body.seen) throw new ProblemError(409, CHANGED);
      const result = await call.operations.editEntry(entry, bodyIn(call.body)).catch(notUnderstood);
      if (result === "gone") throw new ProblemError(404, NO_ENTRY[404]);
      if (result === "changed") throw new ProblemError(409, CHANGED);
      return IS_DONE;
    },
  }),
];

const CHANGED = "it was changed meanwhile: look at it again";

const DISTANCE_OF_IDS = "body: stale_within_ms chooses among all; what ids name is taken as it is";

function choiceIn({
  ids,
  all,
  stale_within_ms,
}: {
  readonly ids?: readonly string[];
  readonly all?: true;
  readonly stale_within_ms?: number;
}): ReplayChoice {
  if ((ids === undefined) === (all === undefined)) throw new ProblemError(422, "body: write either ids, or all");
  if (ids !== undefined && stale_within_ms !== undefined) throw new ProblemError(422, DISTANCE_OF_IDS);
  return ids === undefined ? { tag: "all", staleWithin: stale_within_ms } : { tag: "ids", ids };
}

async function withWholeIds(choice: ReplayChoice, operations: ApiCall["operations"]): Promise<ReplayChoice> {
  if (choice.tag !== "ids") return choice;
  return { tag: "ids", ids: await allMeant(choice.ids, (id) => entryIdMeant(operations, id)) };
}

function bodyIn({ text, body_base64 }: { readonly text?: string; readonly body_base64?: string }): Uint8Array {
  if ((text === undefined) === (body_base64 === undefined))
    throw new ProblemError(422, "body: write either text, or body_base64");
  return text === undefined ? Buffer.from(body_base64 ?? "", "base64") : new TextEncoder().encode(text);
}

/** What nobody would understand is no entry that is missing. */
function notUnderstood(error: unknown): never {
  if (error instanceof Refused && error.why === "unknown") throw new ProblemError(422, error.message);
  throw error;
}
