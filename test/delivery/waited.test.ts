/** What a call's time is made of: its destination's part, and the wait for a permit. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { sleep } from "../../src/basics/waiting.ts";
import { delivered, outcomes } from "../../src/connector.ts";
import { attempt, type CallReport } from "../../src/delivery/attempt/attempt.ts";
import { openTools } from "../../src/delivery/tools/tools.ts";
import { taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";

it("a call says how long it waited for permits, apart from the others", async () => {
  const WAIT_MS = 20;
  const tools = openTools({
    ...{ name: "partner", log: quiet, userAgent: "test", timeoutMs: 10_000, account: "partner" },
    budgets: { default: { requests: 1, perMs: 1_000 } },
    rates: { limiter: () => ({ acquire: () => sleep(WAIT_MS) }) },
    template: () => () => "",
  });
  const reports: CallReport[] = [];
  const call = (budget: string) =>
    attempt([taken(1)], {
      ...{ name: "partner", log: quiet, timeoutMs: 10_000, redact: (text) => text, holds: () => true },
      signal: new AbortController().signal,
      ended: (report) => reports.push(report),
      connector: {
        async deliver(deliveries, signal) {
          await tools.acquire(budget, signal);
          await tools.acquire(budget, signal);
          return outcomes(deliveries.map(({ id }) => [id, delivered()]));
        },
        check: async () => [],
        preview: async () => [],
      },
    });
  await Promise.all([call("default"), call("unlimited")]);
  const [free = Number.NaN, waited = Number.NaN] = reports.map(({ waitedMs }) => waitedMs);
  assert.equal(free, 0);
  // timers may fire a fraction of a millisecond early
  assert.ok(waited > WAIT_MS, `${waited}`);
  assert.deepEqual(
    reports.map(({ result }) => result.tag),
    ["outcomes", "outcomes"],
  );
});
