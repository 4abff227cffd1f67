import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newestTimes } from "../../src/intake/stale/newest-times.ts";

function setUp() {
  let now = 0;
  const times = newestTimes(() => now);
  const turn = (ms: number) => {
    now += ms;
  };
  return { times, turn };
}

describe("the newest RequestTime of an app", () => {
  it("is told from the first one, and from one that is shown again", () => {
    const { times } = setUp();
    assert.deepEqual(times.show("a", 5_000), { isNewest: true, isFirst: true });
    assert.deepEqual(times.show("a", 5_000), { isNewest: false, isFirst: false });
    assert.deepEqual(times.show("a", 4_000), { isNewest: false, isFirst: false });
    assert.deepEqual(times.show("a", 6_000), { isNewest: true, isFirst: false });
    assert.deepEqual(times.show("b", 1_000), { isNewest: true, isFirst: true });
    assert.deepEqual(times.all(), { a: 6_000, b: 1_000 });
  });

  it("runs on with the sender's clock: an old URL that happens to be the newest falls behind", () => {
    const { times, turn } = setUp();
    times.show("a", 100_000);
    turn(30_000);
    assert.equal(times.behindMs("a", 100_000), 30_000);
    assert.equal(times.behindMs("a", 90_000), 40_000);
  });

  it("is behind nothing where it is ahead, or where nothing is known of its app", () => {
    const { times } = setUp();
    times.show("a", 100_000);
    assert.equal(times.behindMs("a", 101_000), 0);
    assert.equal(times.behindMs("unknown", 1), 0);
  });
});
