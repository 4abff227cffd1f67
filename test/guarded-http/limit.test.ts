import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Limit, overBecause, signalOf, watchLimit } from "../../src/guarded-http/wire/limit.ts";

const HOUR_MS = 3_600_000;

function limitOf(more: Partial<Limit> = {}): Limit {
  return { signal: new AbortController().signal, timeoutMs: HOUR_MS, endsAt: performance.now() + HOUR_MS, ...more };
}

describe("a limit", () => {
  it("is over when its signal aborts, for that reason", () => {
    const controller = new AbortController();
    const limit = limitOf({ signal: controller.signal });
    let over = 0;
    const watch = watchLimit(limit, () => {
      over += 1;
    });
    controller.abort("the bridge is shutting down");
    assert.deepEqual([over, overBecause(limit)], [1, "the bridge is shutting down"]);
    watch.clear();
  });

  it("is over when its time is up, which may have been before, and says how long it was", async () => {
    const limit = limitOf({ timeoutMs: 1_500, endsAt: performance.now() - 1 });
    await new Promise<void>((resolve) => void watchLimit(limit, resolve));
    assert.match(String(overBecause(limit)), /no answer within 1.5 s/);
  });

  it("can be made shorter, and never longer", async () => {
    await new Promise<void>((resolve) => watchLimit(limitOf(), resolve).shorten(0));
    const soon = limitOf({ endsAt: performance.now() + 1 });
    await new Promise<void>((resolve) => watchLimit(soon, resolve).shorten(HOUR_MS));
  });

  it("is heard of no more once it is cleared", () => {
    const controller = new AbortController();
    watchLimit(limitOf({ signal: controller.signal }), () => assert.fail("it was cleared")).clear();
    controller.abort();
  });

  it("as a signal aborts at once where it is over already", () => {
    const over = limitOf({ signal: AbortSignal.abort("stopped") });
    const { signal, clear } = signalOf(over);
    clear();
    assert.deepEqual([signal.aborted, signal.reason], [true, "stopped"]);
  });

  it("as a signal says why: its time, or the signal that it follows", async () => {
    const { signal } = signalOf(limitOf({ timeoutMs: 2_000, endsAt: performance.now() }));
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.match(String(signal.reason), /no answer within 2 s/);
  });
});
