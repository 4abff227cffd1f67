/** What is told of a person's story between two looks at it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HeldEntry } from "../../src/operations/deliveries/held.ts";
import { isQuiet, newsOf } from "../../src/operations/deliveries/news.ts";
import type { TracedStory } from "../../src/operations/deliveries/trace.ts";

const NOW = 1_800_000_000_000;

function story(...deliveries: Partial<HeldEntry>[]): TracedStory {
  const untouched = { state: "waiting", attempts: 0, generation: 1, class: null, hold: { by: "turn", until: NOW } };
  const entries = deliveries.map((change, index) => ({ id: `delivery-${index}`, ...untouched, ...change }));
  return { event: { id: "event" }, deliveries: entries, missing: [] } as unknown as TracedStory;
}

const told = (before: readonly TracedStory[], after: readonly TracedStory[]) =>
  newsOf(before, after).map((news) => (news.tag === "event" ? "event" : `${news.entry.id} ${news.entry.state}`));

describe("news of a person", () => {
  it("are a new event, and each delivery that is another than before", () => {
    const waiting = story({}, {});
    assert.deepEqual(told([], [waiting]), ["event"]);
    assert.deepEqual(told([waiting], [story({ state: "delivered", attempts: 1, hold: null }, {})]), [
      "delivery-0 delivered",
    ]);
  });

  it("are not that time goes by", () => {
    const held = (until: number): TracedStory => story({ attempts: 1, hold: { by: "retry", until } });
    assert.deepEqual(told([held(NOW + 9_000)], [held(NOW + 8_000)]), []);
  });

  it("are that something holds what was never tried", () => {
    const paused = story({ hold: { by: "paused", until: null } });
    assert.deepEqual(told([story({})], [paused]), ["delivery-0 waiting"]);
    assert.deepEqual(told([paused], [paused]), []);
  });

  const QUIET: readonly (readonly [name: string, story: TracedStory, isQuiet: boolean])[] = [
    ["while a delivery has its turn to come", story({}), false],
    ["while the next attempt is near", story({ attempts: 1, hold: { by: "retry", until: NOW + 1_000 } }), false],
    ["once the next attempt is far", story({ attempts: 1, hold: { by: "retry", until: NOW + 360_000 } }), true],
    ["once something holds it", story({ hold: { by: "paused", until: NOW } }), true],
    ["once all have ended", story({ state: "delivered", hold: null }, { state: "dead", hold: null }), true],
    [
      "while a connector has not looked at it",
      { ...story(), missing: [{ connector: "crm", why: "not yet", by: "coming", isComing: true }] },
      false,
    ],
  ];
  for (const [name, seen, expected] of QUIET) {
    it(`${expected ? "are not waited for" : "are waited for"} ${name}`, () => {
      assert.equal(isQuiet(seen, NOW), expected);
    });
  }
});
