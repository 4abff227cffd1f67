/** Deadlines of machines that were frozen. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deadline, insistOnTime } from "../../src/delivery/tools/deadline.ts";

const NEVER = new AbortController().signal;

describe("a deadline", () => {
  it("is over for what wakes up before its timer", () => {
    const { signal, clear } = deadline(10, "too late", NEVER);
    blockFor(20);
    assert.equal(signal.aborted, false, "the timer could fire");
    assert.throws(() => insistOnTime(signal), /too late/);
    assert.equal(signal.aborted, true);
    clear();
  });

  it("aborts by itself", async () => {
    const { signal } = deadline(1, "too late", NEVER);
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    assert.throws(() => insistOnTime(signal), /too late/);
  });

  it("says nothing while there is time", () => {
    const { signal, clear } = deadline(60_000, "too late", NEVER);
    insistOnTime(signal);
    assert.equal(signal.aborted, false);
    clear();
  });

  it("is over when the other signal aborts", () => {
    const stopping = new AbortController();
    const { signal, clear } = deadline(60_000, "too late", stopping.signal);
    stopping.abort(new Error("shutting down"));
    assert.throws(() => insistOnTime(signal), /shutting down/);
    clear();
  });

  it("says nothing about signals of others", () => {
    insistOnTime(undefined);
    insistOnTime(NEVER);
  });
});

/** As a frozen process: no timer fires meanwhile. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
