/** Permits that machines share: never more than the rate in any window, and hardly fewer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grant } from "../../src/storage/postgres/permits.ts";
import { postgresServer } from "./postgres-support.ts";

const withMachines = postgresServer();

test("whoever asks, and whenever: no window holds more permits than the rate allows", () => {
  const rates = fc.record({ requests: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 1, max: 2_000 }) });
  const askings = fc.array(
    fc.record({ after: fc.integer({ min: -50, max: 3_000 }), count: fc.integer({ min: 1, max: 30 }) }),
  );
  fc.assert(
    fc.property(rates, askings, (rate, asked) => {
      let now = 1_000_000;
      let log: ReturnType<typeof grant>["log"] = [];
      const used: number[] = [];
      for (const { after, count } of asked) {
        now += after;
        const granted = grant(log, rate, count, now);
        log = granted.log;
        for (const at of granted.times) assert.ok(at >= now);
        used.push(...granted.times);
      }
      assertWithin(used, rate);
    }),
  );
});

test("of a rate that is asked for all the time, at least 95 % is used", () => {
  const rate = { requests: 100, perMs: 10_000 };
  const { times } = grant([], rate, 10_000, 0);
  const last = times.at(-1) ?? 0;
  assert.ok((times.length - rate.requests) / ((last / rate.perMs) * rate.requests) >= 0.95);
});

test(
  "machines together stay within the rate",
  withMachines(async ({ open }) => {
    const rate = { requests: 5, perMs: 100_000 };
    const machines = [await open(), await open()];
    const before = Date.now();
    const waits = await Promise.all(
      Array.from({ length: 20 }, (_, n) => machines[n % 2]?.reserve("account", rate) ?? Promise.reject("no rate")),
    );
    const latest = Date.now() - before;
    const sorted = waits.toSorted((a, b) => a - b);
    // the first five at once; each later five a window later, less what asking took
    assert.deepEqual(sorted.slice(0, 5), [0, 0, 0, 0, 0]);
    for (const [n, wait] of sorted.entries()) {
      assert.ok(wait >= Math.floor(n / 5) * rate.perMs - latest, `permit ${n} after ${wait} ms`);
    }
    assert.equal(await machines[0]?.reserve("another account", rate), 0);
  }),
);

function assertWithin(times: readonly number[], { requests, perMs }: { requests: number; perMs: number }): void {
  const sorted = times.toSorted((a, b) => a - b);
  for (const [n, at] of sorted.entries()) {
    const beyond = sorted[n + requests];
    if (beyond !== undefined) assert.ok(beyond - at >= perMs, `${requests + 1} permits within ${beyond - at} ms`);
  }
}
