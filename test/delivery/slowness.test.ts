/** What is too slow may take up some time at once, and in the long run a small share of the whole. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSlowness } from "../../src/delivery/attempt/slowness.ts";

function slownessAt() {
  const clock = { now: 0 };
  return { clock, ...openSlowness(() => clock.now) };
}

describe("what is too slow", () => {
  it("goes on until a second was spent on it", () => {
    const { spent, heldMs } = slownessAt();
    spent(999);
    assert.equal(heldMs(), undefined);
    spent(1);
    assert.equal(heldMs(), 10_000);
  });

  it("goes on once half of it is paid back, at one in twenty", () => {
    const { clock, spent, heldMs } = slownessAt();
    spent(1_000);
    heldMs();
    clock.now = 9_999;
    assert.equal(heldMs(), 1);
    clock.now = 10_000;
    assert.equal(heldMs(), undefined);
    spent(499);
    assert.equal(heldMs(), undefined);
    spent(1);
    assert.equal(heldMs(), 10_000);
  });

  it("owes nothing after a long time, and has saved up nothing either", () => {
    const { clock, spent, heldMs } = slownessAt();
    spent(900);
    clock.now = 1_000_000;
    assert.equal(heldMs(), undefined);
    spent(1_000);
    assert.equal(heldMs(), 10_000);
  });
});
