/** The claim that is taken ahead, while another is sent. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPrefetch } from "../../src/delivery/courier/prefetch.ts";

/** A prefetch of numbers, whose clock is turned by hand. */
function numbered(fail: (number: number) => boolean = () => false) {
  let now = 0;
  let count = 0;
  const returned: number[] = [];
  const prefetch = openPrefetch<number>({
    async take() {
      count += 1;
      if (fail(count)) throw new Error("the store is down");
      return count;
    },
    async giveBack(taken) {
      returned.push(taken);
    },
    freshMs: 1_000,
    timer: (ms) => {
      const since = now;
      return () => now - since >= ms;
    },
  });
  return {
    ...prefetch,
    returned,
    takes: () => count,
    pass(ms: number) {
      now += ms;
    },
  };
}

describe("a claim that is taken ahead", () => {
  it("is the next one, and no other is taken for it", async () => {
    const { next, begin, takes, returned } = numbered();
    assert.equal(await next(), 1);
    begin();
    assert.equal(await next(), 2);
    assert.equal(takes(), 2);
    assert.deepEqual(returned, []);
  });

  it("may be taken by somebody else: nothing is taken beside it, and what was not taken is taken after all", async () => {
    const { next, begin, isBegun, takes } = numbered();
    const theirs = Promise.withResolvers<number | undefined>();
    begin(theirs.promise);
    assert.ok(isBegun());
    const one = next();
    theirs.resolve(77);
    assert.deepEqual([await one, takes()], [77, 0]);
    const nothing = Promise.withResolvers<number | undefined>();
    begin(nothing.promise);
    const other = next();
    nothing.resolve(undefined);
    assert.deepEqual([await other, takes()], [1, 1]);
  });

  it("is nothing to wait for when nobody has asked for it before it was not taken", async () => {
    const { begin, isBegun, takes } = numbered();
    begin(Promise.resolve(undefined));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([isBegun(), takes()], [false, 0]);
  });

  it("is used once", async () => {
    const { next, begin } = numbered();
    begin();
    assert.deepEqual([await next(), await next()], [1, 2]);
  });

  it("goes back when it has become stale, and another is taken: a pause may have come since", async () => {
    const { next, begin, pass, returned } = numbered();
    begin();
    pass(1_000);
    assert.equal(await next(), 2);
    assert.deepEqual(returned, [1]);
  });

  it("goes back when it is cancelled, once", async () => {
    const { begin, cancel, next, returned } = numbered();
    begin();
    await cancel();
    await cancel();
    assert.deepEqual(returned, [1]);
    assert.equal(await next(), 2);
  });

  it("that the store did not answer is heard of by whoever asks for it, and by nobody who gives it back", async () => {
    const { begin, next, cancel, returned } = numbered((number) => number < 3);
    begin();
    await assert.rejects(next(), /the store is down/);
    begin();
    await cancel();
    assert.deepEqual(returned, []);
    assert.equal(await next(), 3);
  });
});
