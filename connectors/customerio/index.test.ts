import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectorSuite } from "../kit/conformance.ts";
import { withDefaults } from "../kit/testing.ts";
import { customerio } from "./index.ts";
import { subjectWith } from "./testing.ts";

connectorSuite(subjectWith({}, "that asks who is known"));
connectorSuite(subjectWith({ unknown_people: "create" }, "that lets people be made"));

describe("customerio: settings", () => {
  const base = { region: "eu", site_id: "s", api_key: "k", app_api_key: "a", topics: [1] };
  const complete = (settings: object) => withDefaults(customerio, { ...base, ...settings }) as never;
  const lint = (settings: object) => customerio.lint?.(complete(settings)) ?? [];

  it("needs to be told a region, and writes to its host", () => {
    const { region: _, ...without } = base;
    assert.throws(() => withDefaults(customerio, without), /region/);
    assert.equal(customerio.destination(complete({})), "https://track-eu.customer.io");
    assert.equal(customerio.destination(complete({ region: "us" })), "https://track.customer.io");
  });

  it("asks who is known unless it is told otherwise, and needs a key for that", () => {
    assert.deepEqual(lint({}), []);
    const { app_api_key: _, ...without } = base;
    const lintOf = (settings: Record<string, unknown>) =>
      customerio.lint?.(withDefaults(customerio, settings) as never) ?? [];
    assert.deepEqual(lintOf(without)[0]?.path, ["app_api_key"]);
    assert.deepEqual(lintOf({ ...without, unknown_people: "create" }), []);
  });

  it("refuses settings that write nothing, or more than was meant", () => {
    assert.match(lint({ topics: [] })[0]?.what ?? "", /nothing would be written/);
    assert.deepEqual(lint({ topics: [], unsubscribe_everywhere: true }), []);
    for (const name of ["id", "cio_id", "unsubscribed", "cio_subscription_preferences"]) {
      assert.deepEqual(lint({ attributes: { [name]: "x" } })[0]?.path, ["attributes", name]);
    }
    assert.match(lint({ attributes: { cio_subscription_preferences: {} } })[0]?.todo ?? "", /overwrite/);
    assert.deepEqual(lint({ base_url: "customer.io" })[0]?.path, ["base_url"]);
  });
});
