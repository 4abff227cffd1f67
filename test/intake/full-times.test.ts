import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fullTimes } from "../../src/intake/stale/full-times.ts";

describe("a RequestTime that there was no more room for", () => {
  it("is refused unread for ten seconds, of its app alone", () => {
    let now = 0;
    const full = fullTimes(() => now);
    full.add("a", 5_000);
    assert.deepEqual([full.has("a", 5_000), full.has("b", 5_000), full.has("a", 6_000)], [true, false, false]);
    now = 9_999;
    assert.equal(full.has("a", 5_000), true);
    now = 10_000;
    assert.equal(full.has("a", 5_000), false);
  });

  it("is forgotten for a newer one when there are a thousand: nobody fills the memory with them", () => {
    const full = fullTimes(() => 0);
    for (let time = 0; time <= 1_000; time += 1) full.add("a", time);
    assert.deepEqual([full.has("a", 0), full.has("a", 1), full.has("a", 1_000)], [false, true, true]);
  });
});
