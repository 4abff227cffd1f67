import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { connectorSuite, type People } from "../kit/conformance.ts";
import { withDefaults } from "../kit/testing.ts";
import { hubspot } from "./index.ts";
import { startHubSpotSandbox } from "./sandbox.ts";
import { inputsOf, TOKEN } from "./testing.ts";

for (const [unique, api_version] of [
  [true, "2026-09"],
  [false, "v3"],
] as const) {
  connectorSuite({
    type: hubspot,
    variant: `by a property that ${unique ? "is unique" : "is not unique"}, by ${api_version}`,
    async start() {
      const sandbox = await startHubSpotSandbox({
        token: TOKEN,
        contacts: ["user-1", "user-2", "user-3"],
        properties: [{ name: "chat_user_id", unique }],
      });
      const settings = {
        access_token: TOKEN,
        base_url: sandbox.url,
        api_version,
        match: { property: "chat_user_id" },
        set: { chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" },
      };
      const holds = () => [...sandbox.contacts].map(([id, { properties }]) => [id, properties]);
      const people: People = {
        meet: (user) => void sandbox.add({ chat_user_id: user }),
        about(user) {
          const properties = sandbox.contactOf(user);
          return properties?.chat_subscription === undefined ? undefined : properties;
        },
      };
      const astray = { ...settings, base_url: `${sandbox.url}/elsewhere` };
      return { sandbox, settings, secrets: [TOKEN], holds, people, astray };
    },
    failing: (answer, request, user) => {
      const at = inputsOf(request).findIndex(
        ({ objectWriteTraceId }) => objectWriteTraceId === sampleDelivery(user).id,
      );
      const { results, ...body } = answer.body as { results: readonly unknown[] };
      const errors = [
        { category: "VALIDATION_ERROR", message: "no", context: { objectWriteTraceId: [sampleDelivery(user).id] } },
      ];
      return { ...answer, status: 207, body: { ...body, results: results.filter((_, index) => index !== at), errors } };
    },
    isWrite: ({ path }) => path.endsWith("/batch/update"),
    lacks: { limits: "HubSpot says so by 429 alone" },
  });
}

describe("hubspot: settings", () => {
  const base = { access_token: "t", match: { property: "chat_user_id" }, set: { chat_subscription: "x" } };
  const complete = (settings: object) => withDefaults(hubspot, { ...base, ...settings }) as never;
  const lint = (settings: object) => hubspot.lint?.(complete(settings)) ?? [];

  it("has sensible defaults", () => {
    const { match, when_missing, base_url, api_version } = withDefaults(hubspot, base);
    assert.equal(api_version, "2026-09");
    assert.deepEqual(match, { property: "chat_user_id", value: "{{ user_id }}", max: 10 });
    assert.deepEqual([when_missing, base_url], ["retry", "https://api.hubapi.com"]);
    assert.equal(hubspot.destination(complete({})), "https://api.hubapi.com");
    assert.equal(hubspot.largestBatch(complete({})), 100);
  });

  it("needs at least one property to set", () => {
    assert.throws(() => withDefaults(hubspot, { ...base, set: {} }));
  });

  it("shares its budgets between connectors with one token at one address", () => {
    const account = (settings: object) => hubspot.account(complete(settings));
    assert.equal(account({ match: { property: "other" } }), account({ base_url: "https://api.hubapi.com/" }));
    assert.notEqual(account({}), account({ access_token: "other" }));
    assert.notEqual(account({}), account({ base_url: "https://elsewhere.example" }));
  });

  it("finds labels where internal names belong, and properties that cannot work", () => {
    assert.deepEqual(lint({}), []);
    assert.deepEqual(lint({ match: { property: "Chat User ID" } })[0]?.path, ["match", "property"]);
    assert.deepEqual(lint({ set: { "Chat Subscription": "x" } })[0]?.path, ["set", "Chat Subscription"]);
    assert.match(lint({ match: { property: "hs_object_id" } })[0]?.what ?? "", /not a HubSpot record id/);
    assert.match(lint({ set: { chat_user_id: "x" } })[0]?.what ?? "", /by which contacts are found/);
  });

  it("takes v3 and the months in which HubSpot brings out versions, and no other", () => {
    for (const api_version of ["v3", "2026-03", "2026-09", "2027-03"]) assert.deepEqual(lint({ api_version }), []);
    for (const api_version of ["", "v1", "v4", "3", "2026-10", "2026/09", "latest"]) {
      assert.deepEqual(lint({ api_version })[0]?.path, ["api_version"], api_version);
    }
  });

  it("refuses a base URL that is none, and warns of one that is read along", () => {
    for (const base_url of [
      "api.hubapi.com",
      "ftp://api.example",
      "https://a:b@api.example",
      "https://api.example?x",
    ]) {
      assert.deepEqual(lint({ base_url })[0]?.path, ["base_url"], base_url);
    }
    assert.equal(lint({ base_url: "http://api.example" })[0]?.severity, "warning");
    assert.deepEqual(lint({ base_url: "http://127.0.0.1:9000" }), []);
  });
});
