/** What callbacks did not tell: coverage, comparisons, and who waits for a decision. */
import { Type } from "@sinclair/typebox";
import { nullable, sentAs, time, word } from "../wire/forms.ts";

export const MISSING_STATE = word("found", "held", "baseline", "quarantined", "no_moment", "came_back");

const KEY = { app: Type.String(), account: Type.String() };

const PASS = Type.Object(
  {
    ...KEY,
    id: Type.String(),
    kind: word("roster", "release", "dry"),
    state: word("reading", "sifting", "done", "void"),
    why: nullable(Type.String()),
    begunAt: time(),
    endedAt: nullable(time()),
    chatTime: time(),
    isBaseline: Type.Boolean(),
    subscribers: Type.Integer(),
    pages: Type.Integer(),
    people: Type.Integer(),
    next: Type.String(),
    looked: Type.Integer(),
    missing: Type.Integer(),
    held: Type.Integer(),
    healed: Type.Integer(),
  },
  { $id: "Pass", description: "A comparison with Chat's own list." },
);

const COVERAGE = Type.Object({
  ...KEY,
  month: Type.String(),
  told: Type.Integer(),
  found: Type.Integer(),
  longestMs: Type.Number(),
});

export const ACCOUNT = Type.Object(
  {
    ...KEY,
    knownSince: time(),
    baselineAt: sentAs("finds_since", nullable(time())),
    readAt: nullable(time()),
    people: Type.Integer(),
    noAccount: nullable(Type.Object({ since: time(), at: time() })),
    toldAt: nullable(time()),
    unheard: Type.Integer(),
    unreached: Type.Optional(Type.Object({ since: nullable(time()) })),
    latest: nullable(PASS),
    missing: Type.Partial(
      Type.Object({
        found: Type.Integer(),
        held: Type.Integer(),
        baseline: Type.Integer(),
        quarantined: Type.Integer(),
        no_moment: Type.Integer(),
        came_back: Type.Integer(),
      }),
    ),
    coverage: Type.Array(COVERAGE),
    sums: Type.Object({ told: Type.Integer(), found: Type.Integer() }),
  },
  { $id: "Account", description: "How an official account is covered." },
);

export const ACCOUNT_WITH_PASSES = Type.Object({ ...ACCOUNT.properties, passes: Type.Array(PASS) });

export const MISSING = Type.Object({
  ...KEY,
  user: Type.String(),
  state: MISSING_STATE,
  subscribeTime: sentAs("subscribed_at", time()),
  seenAt: time(),
  back: sentAs("back_at", nullable(time())),
  foundAt: time(),
  pass: Type.String(),
  why: nullable(Type.String()),
  entry: nullable(Type.String()),
});

/** Of one account, in one state, what one comparison has found. */
export const MISSING_GROUP = Type.Object({ ...KEY, state: MISSING_STATE, pass: Type.String(), people: Type.Integer() });
