/** Who holds a slot for a long body, who is too slow for it, and whether there is room: by a clock that the test turns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FEWEST_SLOTS, slotTable } from "../../src/intake/bodies/slot-table.ts";
import { UPLOAD_LIMITS, type Upload } from "../../src/intake/bodies/upload.ts";

const PATIENCE_MS = 500;
/** What must have come within the patience. */
const SHARE = 32 * 1024;

function setUp(slotBytes = 1_000_000) {
  let now = 0;
  const slots = slotTable({ ...UPLOAD_LIMITS, slotBytes, patienceMs: PATIENCE_MS }, () => now);
  const holder = (size = 100): Upload => {
    const upload = { dueAt: 0, bytes: 0, isWhole: false, end: () => undefined };
    slots.give(upload, size);
    return upload;
  };
  const bring = (upload: Upload, bytes: number) => {
    upload.bytes += bytes;
    slots.note(upload);
  };
  const turn = (ms: number) => {
    now += ms;
  };
  return { slots, holder, bring, turn };
}

describe("slots for long bodies", () => {
  it("are free for what fits beside the others, and for the fewest whatever their size", () => {
    const { slots, holder } = setUp(1_000);
    for (let n = 0; n < FEWEST_SLOTS; n += 1) {
      assert.ok(slots.isFreeFor(1_000_000));
      holder(300);
    }
    assert.deepEqual([slots.isFreeFor(400), slots.isFreeFor(401)], [true, false]);
  });

  it("are free again once they are given back, which can be done once", () => {
    const { slots, holder } = setUp(100);
    const [first] = [holder(), holder()];
    assert.equal(slots.isFreeFor(1), false);
    assert.deepEqual([slots.take(first), slots.take(first), slots.has(first)], [true, false, false]);
    assert.ok(slots.isFreeFor(1));
  });

  it("are lost by nobody before the patience is over", () => {
    const { slots, holder, turn } = setUp();
    const only = holder();
    turn(PATIENCE_MS - 1);
    assert.equal(slots.slowest(), undefined);
    turn(1);
    assert.equal(slots.slowest(), only);
  });

  it("are lost first by whoever has brought too little for the longest", () => {
    const { slots, holder, bring, turn } = setUp();
    const first = holder();
    turn(10);
    const second = holder();
    turn(PATIENCE_MS);
    assert.equal(slots.slowest(), first);
    bring(first, SHARE);
    assert.equal(slots.slowest(), second);
  });

  it("are not kept by bringing less than a share, and what was brought of it counts on", () => {
    const { slots, holder, bring, turn } = setUp();
    const only = holder();
    turn(PATIENCE_MS);
    bring(only, SHARE - 1);
    assert.equal(slots.slowest(), only);
    bring(only, 1);
    assert.equal(slots.slowest(), undefined);
    // the share of the next patience begins anew
    turn(PATIENCE_MS);
    bring(only, 1);
    assert.equal(slots.slowest(), only);
  });

  it("are kept by a body that has come to its end, until it is answered", () => {
    const { slots, holder, turn } = setUp();
    holder().isWhole = true;
    turn(10 * PATIENCE_MS);
    assert.equal(slots.slowest(), undefined);
  });

  it("count what was brought before they were given as nothing", () => {
    const { slots, bring, turn } = setUp();
    const late: Upload = { dueAt: 0, bytes: 10 * SHARE, isWhole: false, end: () => undefined };
    slots.give(late, 100);
    turn(PATIENCE_MS);
    bring(late, 1);
    assert.equal(slots.slowest(), late);
  });
});
