/** Every metric is walked through a situation that moves it: one without a scenario fails here. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChatSandbox, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { ALL } from "../../src/metrics/definitions/all.ts";
import { APP } from "../support/callbacks.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "./bridge.ts";
import { NEWS, SCENARIOS, type Scenario, SUBSCRIBERS } from "./scenarios.ts";

const OWN = ["lame", "weak", "proud", "moved"];
const YAML = `
name: staging
storage: { retention: 1d }
quarantine: { max_size: 1MiB }
notices: { ops: { type: webhook, url: "http://127.0.0.1:1/nobody" } }
alerts: { to: [ops], paused_after: 5s, heartbeat: "http://127.0.0.1:1/nobody" }
connectors:
  crm: { type: ./scripted.ts, except: { operator: [${OWN}, nobody] }, retry: { first_delay: 1ms, max_delay: 1ms, give_up_after: 1ms } }
  held: { type: ./scripted.ts, enabled: false }
${OWN.map((name) => `  ${name}: { type: ./scripted.ts, only: { operator: [${name}] } }`).join("\n")}
`;
const CUT_OFF = `
storage: { url: "postgres://nobody@127.0.0.1:1/nowhere", spool_max: 16KiB }
connectors: { crm: { type: ./scripted.ts } }
`;

const COMPARES = `
reconcile: { accounts: ["${NEWS}"], calls: 100/s, hold_above: { people: 5, share: 100% } }
connectors: { crm: { type: ./scripted.ts } }
`;

const nameOf = (name: string): string => (name.startsWith("process_") ? name : `unsub_bridge_${name}`);

describe("every metric", () => {
  const bridges: Partial<Record<Scenario["on"], BridgeUnderTest>> = {};
  let chat: ChatSandbox;
  before(async () => {
    bridges.whole = await openBridgeUnderTest(YAML, "allow_from: [127.0.0.1]");
    bridges["cut off"] = await openBridgeUnderTest(CUT_OFF);
    chat = await startChatSandbox({ app: APP });
    chat.world.subscribe(NEWS, SUBSCRIBERS, Math.floor(Date.now() / 1_000) - 86_400);
    bridges.comparing = await openBridgeUnderTest(COMPARES, "", chat);
  });
  after(async () => {
    await Promise.all(Object.values(bridges).map((bridge) => bridge.stop()));
    await chat.close();
  });

  it("has a scenario, and every scenario a metric", () => {
    const names = ALL.map(({ name }) => name).sort();
    assert.deepEqual(Object.keys(SCENARIOS).map(nameOf).sort(), names);
    assert.equal(new Set(names).size, names.length);
  });

  for (const [name, { when, on, act, passes, moved }] of Object.entries(SCENARIOS)) {
    it(`moves: ${nameOf(name)}, when ${when}`, async () => {
      const bridge = bridges[on];
      assert.ok(bridge);
      const earlier = await bridge.scrape();
      await act?.(bridge);
      let acting: Promise<unknown> | undefined;
      await bridge.until((scrape) => {
        const holds = moved(scrape, earlier);
        if (!holds && passes) acting ??= act?.(bridge).finally(() => (acting = undefined));
        return holds;
      });
      await acting;
    });
  }
});
