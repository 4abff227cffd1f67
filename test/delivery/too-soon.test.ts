/** A rate slower than a call may last. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { attempt } from "../../src/delivery/attempt.ts";
import { openRates } from "../../src/delivery/rate.ts";
import { openTools } from "../../src/delivery/tools.ts";
import { quiet } from "../support/engine.ts";

it("a rate that lets nothing go for an hour makes the connector wait that long, outside of the call", async () => {
  const tools = openTools({
    name: "partner",
    log: quiet,
    userAgent: "test",
    timeoutMs: 10_000,
    account: "partner",
    budgets: { default: { requests: 1, perMs: 3_600_000 } },
    rates: openRates(undefined, () => 0),
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
  assert.equal((await attempt([], options)).tag, "outcomes");
  const result = await attempt([], options);
  assert.equal(result.tag, "unavailable");
  assert.equal(result.tag === "unavailable" && result.retryAfterMs, 3_600_000);
});
