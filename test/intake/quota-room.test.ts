/** Who must go for a stale request, and which has no room. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { leavingFor, type Placed } from "../../src/intake/stale/quota-room.ts";

const LIMITS = { requests: 3, bytes: 100, ofOneTime: { requests: 2, bytes: 60 } };

/** A place by its time and bytes, of the app `a` unless said. */
const at = (requestTime: number, bytes = 0, more: Partial<Placed> = {}): Placed => ({
  ...{ app: "a", requestTime, bytes, isHeld: false },
  ...more,
});
/** The times of those that go for one more request of this time with so many bytes; undefined when it has no room. */
const goneFor = (all: readonly Placed[], requestTime: number, bytes = 0, requests = 1) =>
  leavingFor(all, { app: "a", requestTime }, { requests, bytes }, LIMITS)?.map((one) => one.requestTime);

describe("a stale request", () => {
  it("sends nobody away while there is room", () => {
    assert.deepEqual(goneFor([], 5), []);
    assert.deepEqual(goneFor([at(1), at(2)], 5), []);
  });

  it("sends the oldest away when there are too many, and no more of them than need be", () => {
    assert.deepEqual(goneFor([at(3), at(1), at(2)], 5), [1]);
  });

  it("sends as many away as its bytes ask for, the oldest first", () => {
    assert.deepEqual(goneFor([at(2, 40), at(1, 40)], 5, 60), [1]);
    assert.deepEqual(goneFor([at(2, 50), at(1, 50)], 5, 60), [1, 2]);
  });

  it("sends nobody away of its own time, or newer", () => {
    assert.deepEqual(goneFor([at(5), at(6), at(7)], 5), undefined);
    assert.deepEqual(goneFor([at(4), at(6), at(7)], 5), [4]);
  });

  it("sends nobody away that is being stored", () => {
    assert.deepEqual(goneFor([at(1, 0, { isHeld: true }), at(2), at(3)], 5), [2]);
    const held = [1, 2, 3].map((time) => at(time, 0, { isHeld: true }));
    assert.equal(goneFor(held, 5), undefined);
  });

  it("sends nobody away in vain", () => {
    assert.equal(goneFor([at(1, 10), at(2, 60, { isHeld: true })], 5, 50), undefined);
  });

  it("has no room beside too many of its app and time, however empty the rest is", () => {
    assert.equal(goneFor([at(5), at(5)], 5), undefined);
    assert.equal(goneFor([at(5, 50)], 5, 20), undefined);
    assert.deepEqual(goneFor([at(5, 0, { app: "b" }), at(5)], 5), []);
  });

  it("that grows counts its bytes, and itself no second time", () => {
    assert.deepEqual(goneFor([at(5), at(5), at(1, 60)], 5, 40, 0), []);
    assert.deepEqual(goneFor([at(5), at(5), at(1, 60)], 5, 41, 0), [1]);
  });
});
