/** Alarms, healing, and the audit. */
import { Type } from "@sinclair/typebox";
import { durationMeant } from "../../config/settings/meant.ts";
import { parseDuration } from "../../config/settings/units.ts";
import { LONGEST_SILENCE_MS } from "../../operations/alerts/silence.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { noPlace, ProblemError } from "../problem.ts";
import { ALARMS, SILENCE } from "../schemas/alarms.ts";
import { ACTOR, askedOf, PAGE, pageSchema } from "../schemas/common.ts";
import { ACCOUNT_WITH_PASSES, MISSING, MISSING_GROUP } from "../schemas/healing.ts";
import { nullable, time, word } from "../wire/forms.ts";

const AUDIT_ROW = Type.Object(
  {
    id: Type.String(),
    actor: ACTOR,
    operation: Type.String(),
    person: nullable(Type.String()),
    filter: Type.Record(Type.String(), Type.Unknown()),
    count: Type.Integer(),
    at: time("When it began."),
    until: time("When its latest step was done."),
  },
  { $id: "AuditRow", description: "Who did what, or looked up whom." },
);

const PEOPLE = Type.Object(
  {
    ...{ healed: Type.Integer(), present: Type.Integer(), alone: Type.Integer() },
    ...{ outrun: Type.Integer(), no_moment: Type.Integer() },
  },
  { description: "What became of how many." },
);

const ACCOUNT_CHOICE = {
  app: Type.Optional(Type.String({ minLength: 1, description: "Only of this app: its SDKAppID." })),
  account: Type.Optional(Type.String({ minLength: 1, description: "Only of this official account." })),
};

export const HEALING = Type.Object({ accounts: Type.Array(ACCOUNT_WITH_PASSES) });
export const MISSING_PAGE = pageSchema("missing", MISSING);
export const HELD = Type.Object({ groups: Type.Array(MISSING_GROUP) });
export const DISCARDED = Type.Object({ discarded: Type.Integer() });
export const AUDIT = pageSchema("audit", AUDIT_ROW);

export const WATCHING_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/alarms", tag: "watching", least: "viewer" },
    summary: "Alarms that are on, and silences",
    answer: ALARMS,
    act: ({ operations }) => operations.alerts(),
  }),
  endpoint({
    ...{ method: "POST", path: "/alarms/{name}/silence", tag: "watching", least: "operator" },
    summary: "Tell nothing of an alarm for a while; it ends by itself",
    params: { name: "As `GET /alarms` names it: `paused_after`, `paused_after/crm` (its slash written %2F)." },
    body: Type.Object({
      for: Type.String({ description: "`30m`, `2h`, `3d`; 30 days at most." }),
      why: Type.String({ minLength: 1, maxLength: 1_000, description: "The reason, for those who look later." }),
    }),
    answer: SILENCE,
    refusals: { 404: "There is no such alarm." },
    act({ params: { name = "" }, body, operations }) {
      return operations.silenceAlarm({ name, forMs: spanIn(body.for), why: body.why });
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/healing", tag: "watching", least: "viewer" },
    summary: "How each official account is covered, and how comparing went",
    answer: HEALING,
    act: async ({ operations }) => ({ accounts: await operations.reconcileReport() }),
  }),
  endpoint({
    ...{ method: "GET", path: "/healing/missing", tag: "watching", least: "viewer" },
    summary: "Who seems to have left without a callback, and is not delivered",
    query: Type.Object({ ...ACCOUNT_CHOICE, ...PAGE }),
    answer: MISSING_PAGE,
    async act({ query: { app, account, ...page }, operations }) {
      const choice = { ...(app !== undefined && { app }), ...(account !== undefined && { account }) };
      const found = await operations.missing(choice, askedOf(page));
      if (found === null) throw noPlace();
      return found;
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/healing/held", tag: "watching", least: "viewer" },
    summary: "About whom a person decides, by account, state and comparison",
    query: Type.Object(ACCOUNT_CHOICE),
    answer: HELD,
    act: async ({ query, operations }) => ({ groups: await operations.heldMissing(query) }),
  }),
  endpoint({
    ...{ method: "POST", path: "/healing/discard", tag: "watching", least: "operator" },
    summary: "Take them off the roster, as they were shown: nobody is sent",
    body: Type.Object({ ...ACCOUNT_CHOICE, groups: Type.Array(MISSING_GROUP, { minItems: 1, maxItems: 1_000 }) }),
    answer: DISCARDED,
    async act({ body: { groups, ...choice }, operations }) {
      return { discarded: await operations.discardMissing(groups, choice) };
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/healing/release", tag: "watching", least: "operator" },
    summary: "Let them go, as they were shown: Chat is asked about each again, and who is confirmed is sent",
    body: Type.Object({ ...ACCOUNT_CHOICE, groups: Type.Array(MISSING_GROUP, { minItems: 1, maxItems: 1_000 }) }),
    answer: Type.Object({
      accounts: Type.Array(
        Type.Object({
          ...{ app: Type.String(), account: Type.String() },
          tag: word("released", "refused", "lost", "stopped"),
          why: Type.Optional(Type.String()),
          people: Type.Optional(PEOPLE),
        }),
      ),
    }),
    refusals: { 404: "Nobody can be asked: `reconcile`, or the app's `rest`, does not stand in the configuration." },
    async act({ body: { groups, ...choice }, operations, config, version }) {
      const signal = AbortSignal.timeout(LONGEST_RELEASE_MS);
      const options = { config, version, signal, onAsked: () => undefined };
      return { accounts: await operations.releaseMissing(groups, choice, options) };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/audit", tag: "watching", least: "viewer" },
    summary: "Who did what, and who looked up whom, newest first",
    query: Type.Object({
      person: Type.Optional(Type.String({ minLength: 1, description: "Only what was about this person." })),
      actor: Type.Optional(Type.String({ minLength: 1, description: "Only what this one did." })),
      operation: Type.Optional(Type.String({ minLength: 1 })),
      since: Type.Optional(time("Only what was begun then or later.")),
      until: Type.Optional(time("Only what was begun before.")),
      ...PAGE,
    }),
    answer: AUDIT,
    act({ query: { limit, after, ...filter }, operations }) {
      const page = { ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) };
      return operations.audit(filter, askedOf(page));
    },
  }),
];

/** Whoever waits is answered before the listener gives up; who is left is asked about again. Milliseconds. */
const LONGEST_RELEASE_MS = 12_000;

function spanIn(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new ProblemError(422, `body for: write ${durationMeant(text) ?? "30m, 2h or 3d"}`);
  if (ms > LONGEST_SILENCE_MS) throw new ProblemError(422, "body for: at most 30 days, 30d");
  return ms;
}
