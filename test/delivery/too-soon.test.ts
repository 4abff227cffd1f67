/** A rate slower than a call may last. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hubspot } from "../../connectors/hubspot/index.ts";
import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import type { Sandbox } from "../../connectors/kit/sandbox.ts";
import { testTools, withDefaults } from "../../connectors/kit/testing.ts";
import { segment } from "../../connectors/segment/index.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { webhook } from "../../connectors/webhook/index.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { type ConnectorType, delivered } from "../../src/connector.ts";
import type { Answer } from "../../src/delivery/answer.ts";
import { attempt } from "../../src/delivery/attempt/attempt.ts";
import { openRates } from "../../src/delivery/tools/rate.ts";
import { openTools } from "../../src/delivery/tools/tools.ts";
import { taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";

const tagsOf = (answer: Answer): string[] =>
  "outcomes" in answer && answer.outcomes !== undefined ? [...answer.outcomes.values()].map(({ tag }) => tag) : [];

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
  assert.deepEqual(tagsOf(await attempt([taken(1)], options)), []);
  assert.deepEqual(tagsOf(await attempt([taken(1)], options)), ["unsent"]);
});

it("a connector tells which deliveries were not sent; what it knows of the others is kept", async () => {
  const [first, second] = [taken(1), taken(2)];
  const { options } = rare();
  const reason = { words: "too soon" };
  const known = new Map([[first.id, delivered()]]);
  const connector = {
    ...options.connector,
    deliver: async () => ({ tag: "unavailable", reason, outcomes: known, unsent: true }) as const,
  };
  const result = await attempt([first, second], { ...options, connector });
  assert.deepEqual([result.tag, ...tagsOf(result)], ["unavailable", "delivered", "unsent"]);
});

it("a claim that ran out before anything was sent makes no attempt; after its batch was refused there was one", async () => {
  const { options } = rare();
  const batch = [taken(1), taken(2)];
  const late = await attempt(batch, { ...options, holds: () => false });
  assert.deepEqual([late.tag, ...tagsOf(late)], ["outcomes", "unsent", "unsent"]);
  let calls = 0;
  const connector = {
    ...options.connector,
    deliver: async () => ({ tag: "batchRejected", reason: { words: "no" } }) as const,
  };
  const refused = await attempt(batch, { ...options, connector, holds: () => ++calls === 1 });
  assert.deepEqual([refused.tag, ...tagsOf(refused)], ["outcomes", "retry", "retry"]);
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

describe("a call that the rate does not let go is no attempt", () => {
  const CRM = { match: { property: "chat_user_id" }, set: { chat_subscription: "{{ event }}" } };
  const destinations: readonly (readonly [ConnectorType, () => Promise<Sandbox>, (url: string) => object])[] = [
    [hubspot, () => startHubSpotSandbox({ token: "t" }), (url) => ({ access_token: "t", base_url: url, ...CRM })],
    [segment, () => startSegmentSandbox(), (url) => ({ write_key: "k", host: url })],
    [webhook, () => startWebhookSandbox(), (url) => ({ url, allow_http: true, allow_private_network: true })],
  ];
  for (const [type, start, settingsFor] of destinations) {
    it(`of ${type.type}`, async () => {
      const sandbox = await start();
      const tools = testTools({ budgets: { default: { requests: 1, perMs: 3_600_000 } } });
      const connector = type.open(withDefaults(type, { ...settingsFor(sandbox.url) }), tools);
      await tools.acquire();
      const result = await attempt([taken(1)], { ...rare().options, connector });
      assert.deepEqual([result.tag, ...tagsOf(result), sandbox.count], ["unavailable", "unsent", 0]);
      await connector.close?.();
      await sandbox.close();
    });
  }
});
