import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openRates, slidingWindow, TooSoon } from "../../src/delivery/rate.ts";
import { retryAfterMs } from "../../src/delivery/tools.ts";

describe("a rate", () => {
  it("is never exceeded in any window, and used in full", () => {
    const scenario = fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.nat(500), { maxLength: 200 }),
    );
    fc.assert(
      fc.property(scenario, ([requests, perMs, pauses]) => {
        const reserve = slidingWindow({ requests, perMs });
        let now = 0;
        const grants = pauses.map((pause) => {
          now += pause;
          return now + reserve(now);
        });
        grants.forEach((grant, index) => {
          const before = grants[index - requests];
          if (before !== undefined)
            assert.ok(grant - before >= perMs, `${grant - before} ms between ${requests + 1} grants`);
        });
      }),
    );
    const reserve = slidingWindow({ requests: 10, perMs: 1_000 });
    assert.deepEqual(
      Array.from({ length: 21 }, () => reserve(0)).map((ms) => ms / 1_000),
      [...Array(10).fill(0), ...Array(10).fill(1), 2],
    );
  });

  it("is one budget for all connectors of an account, the slower rate winning", () => {
    const rates = openRates();
    const limiter = rates.limiter("account default", { requests: 10, perMs: 1_000 });
    assert.equal(rates.limiter("account default", { requests: 19, perMs: 1_000 }), limiter);
    assert.notEqual(rates.limiter("other default", { requests: 10, perMs: 1_000 }), limiter);
  });

  it("lets a waiting request go when it is called off", async () => {
    const limiter = openRates().limiter("a", { requests: 1, perMs: 3_600_000 });
    await limiter.acquire();
    const off = new AbortController();
    const waiting = limiter.acquire(off.signal);
    off.abort(new Error("called off"));
    await assert.rejects(waiting, /called off/);
  });

  it("takes no permit for whom it would come too late", async () => {
    const limiter = openRates(undefined, () => 0).limiter("a", { requests: 1, perMs: 3_600_000 });
    await limiter.acquire();
    for (let tries = 0; tries < 3; tries += 1) {
      const tooSoon = (error: unknown) => error instanceof TooSoon && error.waitMs === 3_600_000;
      await assert.rejects(limiter.acquire(undefined, 60_000), tooSoon);
    }
  });
});

describe("Retry-After", () => {
  it("is read as seconds and as an HTTP date, and never guessed", () => {
    const now = Date.parse("2026-01-31T10:00:00Z");
    assert.equal(retryAfterMs("120", now), 120_000);
    assert.equal(retryAfterMs("Sat, 31 Jan 2026 10:01:00 GMT", now), 60_000);
    assert.equal(retryAfterMs("Sat, 31 Jan 2026 09:00:00 GMT", now), 0);
    assert.equal(retryAfterMs("soon", now), undefined);
    assert.equal(retryAfterMs(null, now), undefined);
  });
});
