/** How much a courier claims, and for how long. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { courierLimits } from "../../src/delivery/courier/limits.ts";

const SIZE = { largestBatch: 10, concurrency: 2, deliverTimeoutMs: 60_000 };

describe("what a courier claims", () => {
  it("lasts for many batches where it is alone, and for two each where other machines could send them", () => {
    assert.equal(courierLimits({ ...SIZE, largestBatch: 1 }, false).claim(2), 32);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 1 }, true).claim(2), 4);
  });

  it("is never more than a few hundred, and never less than one batch", () => {
    assert.equal(courierLimits(SIZE, false).claim(2), 200);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 1_000 }, false).claim(2), 1_000);
  });

  it("is of whole batches, so that no request of its own is left for the rest of a claim", () => {
    assert.equal(courierLimits({ ...SIZE, largestBatch: 75 }, false).claim(4), 225);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 200 }, false).claim(4), 200);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 75 }, true).claim(1), 150);
  });

  it("is a few deliveries when it is a probe, and at most one batch", () => {
    assert.equal(courierLimits(SIZE, false).probe, 5);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 1 }, false).probe, 1);
  });

  it("is leased for one call longer than calls may begin on it", () => {
    const { leaseMs, callMs } = courierLimits(SIZE, true);
    assert.equal(leaseMs - callMs, SIZE.deliverTimeoutMs);
    assert.ok(callMs > 0);
  });

  it("may all be answered before the store takes any of it", () => {
    assert.equal(courierLimits({ ...SIZE, largestBatch: 1 }, false).unsettled, 32);
    assert.equal(courierLimits({ ...SIZE, largestBatch: 100 }, false).unsettled, 6);
  });
});
