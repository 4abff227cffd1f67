/** A rate slower than a call may last. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { attempt } from "../../src/delivery/attempt.ts";
import { openRates } from "../../src/delivery/rate.ts";
import { openTools } from "../../src/delivery/tools.ts";
import { taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";

/** A connector whose rate lets one call go in an hour, and how to try it. */
function rare() {
  let now = 0;
  const tools = openTools({
    name: "partner",
    log: quiet,
    userAgent: "test",
    timeoutMs: 10_000,
    account: "partner",
    budgets: { default: { requests: 1, perMs: 3_600_000 } },
    rates: openRates(undefined, () => now),
    template: () => () => "",
  });
  const connector = {
    async deliver() {
      await tools.acquire();
      return { tag: "outcomes", outcomes: new Map() } as const;
    },
    check: async () => [],
    preview: async () => [],
  };
  const options = {
    connector,
    name: "partner",
    log: quiet,
    timeoutMs: 120_000,
    redact: (text: string) => text,
    signal: new AbortController().signal,
    holds: () => true,
  };
  return {
    options,
    pass(ms: number) {
      now += ms;
    },
  };
}

it("a rate that lets nothing go for an hour makes the connector wait that long, outside of the call", async () => {
  const { options } = rare();
  assert.equal((await attempt([], options)).tag, "outcomes");
  const result = await attempt([], options);
  assert.equal(result.tag, "unavailable");
  assert.equal(result.tag === "unavailable" && result.retryAfterMs, 3_600_000);
});

it("a wait of a fraction of a millisecond is named in whole ones: a STRICT column refused it for ever", async () => {
  const { options, pass } = rare();
  await attempt([], options);
  pass(0.25);
  const result = await attempt([], options);
  assert.equal(result.tag === "unavailable" && result.retryAfterMs, 3_600_000);
});

it("a call that the rate did not let go is marked as unsent: it was counted as an attempt", async () => {
  const { options } = rare();
  assert.equal((await attempt([taken(1)], options)).unsent, undefined);
  assert.equal((await attempt([taken(1)], options)).unsent, true);
});

it("a thrown object that throws when it is looked at is trouble like any other: the attempt rejected", async () => {
  const { options } = rare();
  const hideous = {
    toString() {
      throw new Error("do not look at me");
    },
  };
  const thrown = [hideous, new Proxy({}, { getPrototypeOf: () => hideous.toString() as never })];
  for (const one of thrown) {
    const deliver = () => Promise.reject(one);
    const result = await attempt([taken(1)], { ...options, connector: { ...options.connector, deliver } });
    assert.equal(result.tag, "unavailable");
  }
});
