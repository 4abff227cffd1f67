/** Many who scrape at once. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openFacts } from "../../src/facts/facts.ts";
import { type Metrics, openMetrics } from "../../src/metrics/metrics.ts";
import { eventually } from "../support/eventually.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "./bridge.ts";

describe("ten scrapers at once", () => {
  let bridge: BridgeUnderTest;
  let metrics: Metrics;
  /** How often what is told was put together. */
  let told = 0;
  before(async () => {
    bridge = await openBridgeUnderTest("connectors: { crm: { type: ./scripted.ts } }");
    metrics = openMetrics({
      ...{ facts: openFacts(), config: bridge.config, version: "0.0.0-test" },
      ...{ ask: () => Promise.reject(new Error("down")), askRosters: async () => null },
      keeping() {
        told += 1;
        return "store";
      },
    });
  });
  after(async () => {
    metrics.stop();
    await bridge.stop();
  });

  it("are told the same, put together once; who comes later is told anew", async () => {
    const texts = await Promise.all(Array.from({ length: 10 }, () => metrics.text()));
    assert.deepEqual([new Set(texts).size, told], [1, 1]);
    await eventually(async () => (await metrics.text()) !== texts[0]);
    assert.equal(told, 2);
  });
});
