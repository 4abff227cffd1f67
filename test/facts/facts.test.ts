/** The numbers that the parts note as they go. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openFacts } from "../../src/facts/facts.ts";
import { openHistogram } from "../../src/facts/histogram.ts";
import { openRecentMost } from "../../src/facts/recent-most.ts";

describe("a histogram", () => {
  it("counts a value at its border into the border's bucket, and what is above all borders behind the last", () => {
    const histogram = openHistogram([1, 2]);
    for (const value of [0.5, 1, 1.5, 2, 2.1, 99]) histogram.observe(value);
    assert.deepEqual([...histogram.counts], [2, 2, 2]);
    assert.equal(histogram.count, 6);
    assert.equal(Math.round(histogram.sum * 10), 1061);
  });

  it("takes what a clock that was set back makes, or what is no number, for zero", () => {
    const histogram = openHistogram([1]);
    for (const value of [-3, Number.NaN]) histogram.observe(value);
    assert.deepEqual([...histogram.counts], [2, 0]);
    assert.equal(histogram.sum, 0);
  });
});

describe("the most of what was seen lately", () => {
  it("is there for everybody who looks, and goes after one to two spans", () => {
    let now = 0;
    const recent = openRecentMost(1_000, () => now);
    assert.equal(recent.most(), undefined);
    recent.see(5);
    recent.see(3);
    assert.deepEqual([recent.most(), recent.most()], [5, 5]);
    now = 1_500;
    recent.see(2);
    assert.equal(recent.most(), 5);
    now = 2_600;
    assert.equal(recent.most(), 2);
    now = 9_000;
    assert.equal(recent.most(), undefined);
  });

  it("may be below zero", () => {
    const recent = openRecentMost(1_000, () => 0);
    recent.see(-90);
    recent.see(-91);
    assert.equal(recent.most(), -90);
  });
});

describe("facts", () => {
  it("forget apps and connectors that are not configured any more, however often they are renamed", () => {
    const facts = openFacts();
    facts.connector("crm").inFlight = 1;
    for (let turn = 0; turn < 50; turn += 1) {
      facts.intake.count("callbacks_stored", 1, `app-${turn}`);
      facts.keepOnly({ apps: [`app-${turn}`], connectors: ["crm", `partner-${turn}`] });
    }
    assert.deepEqual([...facts.intake.counts.keys()], ["other", "app-49"]);
    assert.equal(facts.connector("crm").inFlight, 1, "what stays configured keeps its numbers");
  });

  it("count an ack of more than two seconds among those of more than one as well", () => {
    const { intake } = openFacts();
    for (const ms of [3, 1_000, 1_001, 2_000, 2_001]) intake.acknowledged(ms);
    assert.deepEqual(intake.slowAcks, { overOne: 3, overTwo: 1 });
    assert.equal(intake.acks.count, 5);
  });
});
