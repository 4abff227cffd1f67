import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openLoad } from "../../src/intake/keeping/load.ts";

describe("what there is to keep at once", () => {
  it("is bounded in requests, until what became of them is known", () => {
    const load = openLoad({ waitingCount: 2, waitingBytes: 100 });
    assert.deepEqual([load.enter(0), load.enter(0), load.enter(0)], [true, true, false]);
    load.leave(1);
    assert.equal(load.enter(0), true);
    assert.equal(load.requests(), 2);
  });

  it("is bounded in bytes, until nobody holds them any more: that may be long after the answer", () => {
    const load = openLoad({ waitingCount: 9, waitingBytes: 10 });
    assert.deepEqual([load.enter(6), load.enter(5)], [true, false]);
    load.leave(1);
    assert.equal(load.enter(5), false);
    load.release(6);
    assert.equal(load.enter(5), true);
  });

  it("says when there is nothing, to each who asks", async () => {
    const load = openLoad({ waitingCount: 9, waitingBytes: 10 });
    await load.idle();
    load.enter(1);
    const both = Promise.all([load.idle(), load.idle()]);
    const first = await Promise.race([both, new Promise((resolve) => setImmediate(() => resolve("still waiting")))]);
    assert.equal(first, "still waiting");
    load.leave(1);
    await both;
  });
});
