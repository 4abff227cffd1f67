import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { askedWait } from "../../src/basics/retry-after.ts";
import { unavailableBy } from "../../src/connector.ts";
import { retryAfterMs } from "../../src/connector-tools.ts";
import { budgetsAt } from "../../src/delivery/open-connector.ts";
import { openRates, TooSoon } from "../../src/delivery/tools/rate.ts";
import { rememberedRate, slidingWindow } from "../../src/delivery/tools/sliding-window.ts";

describe("a rate that machines share", () => {
  it("blames no destination where the store cannot be asked: nothing was sent, and soon it is tried again", async () => {
    const rates = openRates(() => Promise.reject(new Error("PostgreSQL cannot be reached")));
    const asking = rates.limiter("account", { requests: 1, perMs: 1_000 }, "crm").acquire();
    const result = unavailableBy(await asking.catch((error: unknown) => error));
    assert.deepEqual([result.unsent, result.retryAfterMs], [true, 1_000]);
    assert.equal(typeof result.reason === "object" && result.reason.code, "rate_untold");
  });
});

describe("a rate", () => {
  it("is never exceeded in any window, and used in full", () => {
    const scenario = fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.nat(500), { maxLength: 200 }),
    );
    fc.assert(
      fc.property(scenario, ([requests, perMs, pauses]) => {
        const reserve = slidingWindow();
        const rate = { requests, perMs };
        let now = 0;
        const grants = pauses.map((pause) => {
          now += pause;
          return now + reserve(rate, now);
        });
        grants.forEach((grant, index) => {
          const before = grants[index - requests];
          if (before !== undefined)
            assert.ok(grant - before >= perMs, `${grant - before} ms between ${requests + 1} grants`);
        });
      }),
    );
    const reserve = slidingWindow();
    const ten = { requests: 10, perMs: 1_000 };
    assert.deepEqual(
      Array.from({ length: 21 }, () => reserve(ten, 0)).map((ms) => ms / 1_000),
      [...Array(10).fill(0), ...Array(10).fill(1), 2],
    );
  });

  it("is one budget for all connectors of an account, the slower rate winning", async () => {
    const rates = openRates(undefined, () => 0);
    const one = rates.limiter("account default", { requests: 3, perMs: 60_000 }, "one");
    const two = rates.limiter("account default", { requests: 19, perMs: 60_000 }, "two");
    const other = rates.limiter("other default", { requests: 1, perMs: 60_000 }, "one");
    for (const limiter of [one, two, one, other]) await limiter.acquire(undefined, 0);
    for (const limiter of [one, two, other]) await assert.rejects(limiter.acquire(undefined, 0), TooSoon);
  });

  it("that is set replaces the usual one, and never makes what has a limit of its own faster", () => {
    const budgets = { default: { requests: 100, perMs: 1_000 }, lookup: { requests: 10, perMs: 1_000 } };
    const [fast, slow] = [
      { requests: 500, perMs: 1_000 },
      { requests: 5, perMs: 60_000 },
    ];
    assert.deepEqual(budgetsAt(undefined, budgets), budgets);
    assert.deepEqual(budgetsAt(fast, budgets), { default: fast, lookup: budgets.lookup });
    // somebody who asks for five a minute means all that is asked
    assert.deepEqual(budgetsAt(slow, budgets), { default: slow, lookup: slow });
    assert.deepEqual(budgetsAt(slow, {}), { default: slow });
  });

  it("that was raised holds at once: the slower one of before was kept until a restart", async () => {
    const rates = openRates(undefined, () => 0);
    await rates.limiter("a", { requests: 1, perMs: 60_000 }, "crm").acquire(undefined, 0);
    rates.forget("crm");
    const raised = rates.limiter("a", { requests: 3, perMs: 60_000 }, "crm");
    for (const _ of [2, 3]) await raised.acquire(undefined, 0);
    // what was granted before the change counts
    await assert.rejects(raised.acquire(undefined, 0), TooSoon);
  });

  it("of a connector that is gone slows nobody, and that of one that stays still does", async () => {
    const rates = openRates(undefined, () => 0);
    const fast = rates.limiter("a", { requests: 4, perMs: 60_000 }, "fast");
    rates.limiter("a", { requests: 2, perMs: 60_000 }, "slow");
    for (const _ of [1, 2]) await fast.acquire(undefined, 0);
    await assert.rejects(fast.acquire(undefined, 0), TooSoon);
    rates.forget("slow");
    for (const _ of [3, 4]) await fast.acquire(undefined, 0);
    rates.forget("fast");
    // a request that is still under way has a rate nevertheless
    await assert.rejects(fast.acquire(undefined, 0), TooSoon);
  });

  it("is never exceeded in any of its windows when it changes", () => {
    const rates = fc.array(
      fc.record({ requests: fc.integer({ min: 1, max: 9 }), perMs: fc.integer({ min: 1, max: 999 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    const asked = fc.array(fc.record({ pause: fc.nat(200), which: fc.nat(4) }), { maxLength: 200 });
    fc.assert(
      fc.property(rates, asked, (choice, requests) => {
        const reserve = slidingWindow();
        const grants: number[] = [];
        let now = 0;
        for (const { pause, which } of requests) {
          now += pause;
          const rate = choice[which % choice.length] ?? { requests: 1, perMs: 1 };
          const at = now + reserve(rate, now);
          assert.ok(at - (grants.at(-rate.requests) ?? Number.NEGATIVE_INFINITY) >= rate.perMs);
          grants.push(at);
        }
      }),
    );
  });

  it("of a thousand million a second is bounded in memory, and one of a million a day is kept", () => {
    const rates = [
      { requests: 1_000_000_000, perMs: 1_000 },
      { requests: 1_000_000, perMs: 86_400_000 },
      { requests: 10_001, perMs: 7 },
      { requests: 3, perMs: 7 },
    ];
    for (const rate of rates) {
      const { requests, perMs } = rememberedRate(rate);
      assert.ok(Number.isInteger(requests) && requests >= 1 && requests <= 10_000);
      // as many of the short windows as fill a long one
      const windows = Math.round(rate.perMs / perMs);
      assert.ok(Math.abs(windows * perMs - rate.perMs) < 1e-6 * rate.perMs);
      assert.ok(windows * requests <= rate.requests && windows * requests > 0.99 * rate.requests - windows);
    }
    const reserve = slidingWindow();
    const million = { requests: 1_000_000, perMs: 86_400_000 };
    const waits = Array.from({ length: 30_001 }, () => reserve(million, 0));
    assert.deepEqual([waits[9_999], waits[10_000], waits[30_000]], [0, 864_000, 3 * 864_000]);
  });

  it("lets a waiting request go when it is called off", async () => {
    const limiter = openRates().limiter("a", { requests: 1, perMs: 3_600_000 }, "crm");
    await limiter.acquire();
    const off = new AbortController();
    const waiting = limiter.acquire(off.signal);
    off.abort(new Error("called off"));
    await assert.rejects(waiting, /called off/);
  });

  it("takes no permit for whom it would come too late", async () => {
    const limiter = openRates(undefined, () => 0).limiter("a", { requests: 1, perMs: 3_600_000 }, "crm");
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
    // the two forms that RFC 9110 calls obsolete and yet wants understood; that of asctime names no zone
    assert.equal(retryAfterMs("Saturday, 31-Jan-26 10:01:00 GMT", now), 60_000);
    assert.equal(retryAfterMs("Sat Jan 31 10:01:00 2026", now), 60_000);
    assert.equal(retryAfterMs("soon", now), undefined);
    const also: readonly (readonly [text: string, ms: number | undefined])[] = [
      [String(now / 1_000 + 90), 90_000],
      [`${now / 1_000 + 90}.5`, 90_500],
      [String(now + 90_000), 90_000],
      [String(now / 1_000 - 90), 0],
      ["2026-01-31T10:01:00Z", 60_000],
      ["2026-01-31T10:01:00", 60_000],
      ["2026-01-31T18:01:00+08:00", 60_000],
      ["30s", 30_000],
      ["30 seconds", 30_000],
      ["5, 30", 30_000],
      ["86400", 86_400_000],
      ["0", 0],
      ["-1", undefined],
      ["5 min", 300_000],
      ["2m", 120_000],
      ["1 hour", 3_600_000],
      ["500ms", 500],
      ["PT1M30S", 90_000],
      ["PT0.5S", 500],
      ['"30"', 30_000],
      ["PT", undefined],
      ["5 fortnights", undefined],
      ["1e9", undefined],
      ["", undefined],
    ];
    for (const [text, ms] of also) assert.equal(retryAfterMs(text, now), ms, text);
    assert.equal(retryAfterMs(null, now), undefined);
  });

  it("has other names, some of which count in an answer of a limit alone", () => {
    const asked = (status: number, headers: Readonly<Record<string, string>>) =>
      retryAfterMs(
        askedWait(status, (name) => headers[name]),
        0,
      );
    for (const [status, headers, ms] of [
      [503, { "retry-after-ms": "1500", "retry-after": "2" }, 1_500],
      [429, { "x-ms-retry-after-ms": "250" }, 250],
      [429, { "retry-after-ms": "soon", "retry-after": "2" }, 2_000],
      [429, { ratelimit: '"default";r=0;t=30' }, 30_000],
      [429, { "retry-after": "5", ratelimit: '"default";r=0;t=30' }, 5_000],
      [200, { ratelimit: '"default";r=99;t=30' }, undefined],
      [500, { "x-ratelimit-reset": "30" }, undefined],
    ] as const) {
      assert.equal(asked(status, headers), ms, JSON.stringify([status, headers]));
    }
  });
});
