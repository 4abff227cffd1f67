/** What a person's story comes to. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventKind } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import type { HeldEntry } from "../../src/operations/deliveries/held.ts";
import type { Missing, TracedStory } from "../../src/operations/deliveries/trace.ts";
import { personVerdict, type VerdictTag } from "../../src/operations/people/verdict.ts";
import type { DeliveryState } from "../../src/storage/contract/deliveries.ts";

interface Happened {
  readonly kind?: EventKind;
  readonly account?: string;
  readonly states?: Readonly<Record<string, DeliveryState>>;
  readonly missing?: Readonly<Record<string, Missing["by"]>>;
  readonly sameAs?: number;
}

const storiesOf = (...all: readonly Happened[]): TracedStory[] => all.map(storyOf);

function storyOf(
  { kind = "unsubscribed", account = "@TOA#_news", states = {}, missing = {}, sameAs }: Happened,
  at: number,
) {
  const { event } = sampleDelivery("jared", {
    kind,
    officialAccount: account,
    eventTime: at,
    id: `event-${at}`,
  } as object);
  const stored = { ...event, seq: at };
  const entry = (connector: string, state: DeliveryState): HeldEntry => ({
    ...{ id: `event-${at}:${connector}`, connector, event: stored, state, class: state === "dead" ? "rejected" : null },
    ...{
      reason: null,
      proof: null,
      note: null,
      generation: 1,
      attempts: 1,
      history: [],
      routedAt: at,
      firstAttemptAt: at,
    },
    ...{ lastAttemptAt: at, settledAt: at, dueAt: null, hold: null },
  });
  return {
    event: stored,
    storedAt: at,
    deliveries: Object.entries(states).map(([connector, state]) => entry(connector, state)),
    missing: Object.entries(missing).map(([connector, by]) => ({ connector, by, why: by, isComing: by === "coming" })),
    ...(sameAs !== undefined && { sameAs: `event-${sameAs}` }),
  } satisfies TracedStory;
}

const back = { kind: "subscribed" } as const;

const TABLE: readonly (readonly [what: string, stories: readonly TracedStory[], tag: VerdictTag])[] = [
  ["nothing known of this id", [], "unknown"],
  ["only a subscription", storiesOf(back), "subscribed"],
  ["delivered everywhere", storiesOf({ states: { crm: "delivered", partner: "delivered" } }), "honoured"],
  [
    "delivered, and skipped by what the settings say",
    storiesOf({ states: { crm: "delivered", partner: "skipped" } }),
    "honoured",
  ],
  [
    "delivered where it had to go, an older connector left out",
    storiesOf({ states: { crm: "delivered" }, missing: { new: "left_out" } }),
    "honoured",
  ],
  ["one waits", storiesOf({ states: { crm: "delivered", partner: "waiting" } }), "owed"],
  ["one is not routed yet", storiesOf({ states: { crm: "delivered" }, missing: { partner: "coming" } }), "owed"],
  [
    "a connector that no bridge has run with",
    storiesOf({ states: { crm: "delivered" }, missing: { partner: "not_run" } }),
    "owed",
  ],
  [
    "one is dead, whatever the others are",
    storiesOf({ states: { crm: "dead", partner: "waiting", facts: "delivered" } }),
    "dead",
  ],
  ["one was discarded by a person", storiesOf({ states: { crm: "delivered", partner: "discarded" } }), "discarded"],
  ["all skipped", storiesOf({ states: { crm: "skipped" } }), "skipped"],
  ["no connector gets it", storiesOf({ missing: { crm: "left_out" } }), "nowhere"],
  ["came back before it was sent", storiesOf({ states: { crm: "superseded" } }, back), "cameBack"],
  ["came back, a dead letter of before", storiesOf({ states: { crm: "dead" } }, back), "cameBack"],
  [
    "left, came back, left again",
    storiesOf({ states: { crm: "dead" } }, back, { states: { crm: "delivered" } }),
    "honoured",
  ],
  [
    "left twice: the later wish is what counts",
    storiesOf({ states: { crm: "superseded" } }, { states: { crm: "waiting" } }),
    "owed",
  ],
  [
    "left one account, and came back to another",
    storiesOf({ states: { crm: "delivered" } }, { ...back, account: "@TOA#_shop" }),
    "honoured",
  ],
  [
    "honoured at one account, dead at another",
    storiesOf({ states: { crm: "delivered" } }, { account: "@TOA#_shop", states: { crm: "dead" } }),
    "dead",
  ],
  [
    "found by healing and delivered, then told by its callback",
    storiesOf({ states: { crm: "delivered" } }, { states: { crm: "skipped" }, sameAs: 0 }),
    "honoured",
  ],
  [
    "found by healing, and sent by its callback instead",
    storiesOf({ states: { crm: "skipped" } }, { states: { crm: "delivered" }, sameAs: 0 }),
    "honoured",
  ],
  [
    "found by healing, told by its callback, which is on its way",
    storiesOf({ states: { crm: "skipped" } }, { missing: { crm: "coming" }, sameAs: 0 }),
    "owed",
  ],
];

describe("a verdict", () => {
  for (const [what, stories, tag] of TABLE)
    it(`is ${tag}: ${what}`, () => assert.equal(personVerdict(stories).tag, tag));

  it("names what it is about", () => {
    const verdict = personVerdict(
      storiesOf({ states: { crm: "dead", partner: "waiting", facts: "delivered" }, missing: { late: "coming" } }),
    );
    const names = (all: readonly { readonly connector: string }[]) => all.map(({ connector }) => connector);
    assert.deepEqual([verdict.dead, verdict.waiting, verdict.delivered, verdict.coming].map(names), [
      ["crm"],
      ["partner"],
      ["facts"],
      ["late"],
    ]);
  });
});
