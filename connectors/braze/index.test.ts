import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectorSuite } from "../kit/conformance.ts";
import { withDefaults } from "../kit/testing.ts";
import { braze } from "./index.ts";
import { GROUP, subjectWith } from "./testing.ts";

connectorSuite(subjectWith({}, "that asks who is known"));
connectorSuite(subjectWith({ unknown_users: "create" }, "that makes profiles"));

describe("braze: settings", () => {
  const base = { api_key: "k", endpoint: "https://rest.fra-02.braze.eu", subscription_groups: [GROUP] };
  const complete = (settings: object) => withDefaults(braze, { ...base, ...settings }) as never;
  const lint = (settings: object) => braze.lint?.(complete(settings)) ?? [];

  it("asks who is known unless it is told otherwise, and takes what one request of each kind takes", () => {
    assert.equal(withDefaults(braze, base).unknown_users, "check");
    assert.equal(braze.largestBatch(complete({})), 50);
    assert.equal(braze.largestBatch(complete({ unknown_users: "create" })), 75);
  });

  it("finds the dashboard's address, and the SDK's, where the REST endpoint belongs", () => {
    assert.deepEqual(lint({}), []);
    for (const endpoint of ["https://dashboard-05.braze.com", "https://sdk.fra-02.braze.eu"]) {
      assert.match(lint({ endpoint })[0]?.todo ?? "", /begins with https:\/\/rest\./);
    }
    assert.deepEqual(lint({ endpoint: "rest.fra-02.braze.eu" })[0]?.path, ["endpoint"]);
    const call = lint({ endpoint: "https://rest.fra-02.braze.eu/users/track" })[0];
    assert.equal(call?.todo, "write https://rest.fra-02.braze.eu");
    assert.deepEqual(lint({ endpoint: "https://rest.fra-02.braze.eu/" }), []);
    assert.equal(lint({ endpoint: "http://braze.example" })[0]?.severity, "warning");
  });

  it("refuses settings that write nothing, ids that are none, and what it writes by itself", () => {
    assert.match(lint({ subscription_groups: [] })[0]?.what ?? "", /nothing would be written/);
    assert.deepEqual(lint({ subscription_groups: ["Chat news"] })[0]?.path, ["subscription_groups", 0]);
    assert.deepEqual(lint({ attributes: { external_id: "x" } })[0]?.path, ["attributes", "external_id"]);
    const group = lint({ attributes: { subscription_group_id: "x" } })[0];
    assert.equal(group?.todo, "write the ids below `subscription_groups` itself");
  });
});
