/** Settings that change while the bridge runs. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { ConnectorConfig } from "../../src/config/checked-config.ts";
import type { Rate } from "../../src/connector.ts";
import { openEngine } from "../support/engine.ts";
import { type Script, script, scriptedConfig } from "../support/scripted.ts";

/** A connector that asks for a permit before each batch, as every one does that uses `fetch`. */
function rated(crm: Script, rate: Rate): ConnectorConfig {
  const config = scriptedConfig("crm", crm, { rate, timeout: 20 });
  const { type } = config;
  return {
    ...config,
    type: {
      ...type,
      open(settings, tools) {
        const { deliver, ...rest } = type.open(settings, tools);
        return {
          ...rest,
          async deliver(deliveries, signal) {
            await tools.acquire("default", signal);
            return deliver(deliveries, signal);
          },
        };
      },
    },
  };
}

it("a raised rate lets the queue go when it is loaded: it was ignored until a restart", async () => {
  const crm = script({ largestBatch: 1 });
  const engine = await openEngine([rated(crm, { requests: 1, perMs: 3_600_000 })]);
  try {
    await engine.unsubscribe(["ann", "bob", "cho"]);
    await engine.connectorIs("crm", ({ state }) => state.status === "backing_off" && state.told);
    assert.equal(crm.delivered.length, 1);
    const waiting = await engine.storage.deliveries({ connector: "crm", states: ["waiting"] }, { limit: 10 });
    // nothing was sent for those that the rate held back
    assert.deepEqual(
      waiting.map(({ attempts, history }) => [attempts, history.length]),
      [
        [0, 0],
        [0, 0],
      ],
    );
    await engine.reload([rated(crm, { requests: 1_000, perMs: 1_000 })]);
    await engine.settled();
    assert.equal(crm.delivered.length, 3);
  } finally {
    await engine.close();
  }
});

it("what one courier had claimed is free for the one with the new settings", async () => {
  const crm = script({ largestBatch: 1 });
  const engine = await openEngine([scriptedConfig("crm", crm)]);
  try {
    await engine.unsubscribe(Array.from({ length: 200 }, (_, index) => `u-${index}`));
    await crm.until(() => crm.batches.length >= 3);
    await engine.reload([scriptedConfig("crm", crm, { timeout: 4_321 })]);
    assert.ok(crm.batches.length < 200, "the reload came too late to prove anything");
    await engine.settled();
    assert.equal(crm.delivered.length, 200);
    assert.equal(crm.batches.length, 200);
  } finally {
    await engine.close();
  }
});

it("a connector that never closes keeps nobody from going on: all that were to be opened anew waited for it", async () => {
  const [crm, hub] = [script({ largestBatch: 1 }), script({ largestBatch: 1 })];
  const jammed = scriptedConfig("hub", hub);
  const { type } = jammed;
  const stuck: ConnectorConfig = {
    ...jammed,
    type: {
      ...type,
      open: (settings, tools) => ({ ...type.open(settings, tools), close: () => new Promise(() => undefined) }),
    },
  };
  const engine = await openEngine([scriptedConfig("crm", crm), stuck]);
  try {
    await engine.unsubscribe(["ann"]);
    await engine.settled();
    await engine.reload([
      scriptedConfig("crm", crm, { timeout: 4_321 }),
      scriptedConfig("hub", hub, { timeout: 4_321 }),
    ]);
    await engine.unsubscribe(["bob"]);
    await engine.settled();
    assert.deepEqual([crm.delivered.length, hub.delivered.length], [2, 2]);
  } finally {
    await engine.close();
  }
});
