/** What HubSpot answers 200 to and keeps otherwise: told from what it merely spells in another way. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { contradiction } from "./kept.ts";
import type { Definition } from "./properties.ts";
import { type Account, deliver, outcomeOf, startAccount } from "./testing.ts";

function definition(type: string): Definition {
  return { name: "it", label: "It", type, unique: false, writable: true, options: [] };
}

const found = (type: string, sent: string, kept: unknown): string | undefined =>
  contradiction({ it: sent }, { it: kept }, new Map([["it", definition(type)]]));

describe("what HubSpot has kept", () => {
  const SAME: readonly (readonly [type: string, sent: string, kept: unknown])[] = [
    ["string", "gold", "gold"],
    ["string", " Gold ", "gold"],
    ["string", "+86 138 0013 8000", "13800138000"],
    ["string", "013800138000", "+8613800138000"],
    ["enumeration", "b;a", "a;b"],
    ["bool", "true", true],
    ["number", "1.50", "1.5"],
    ["number", "1e3", 1_000],
    ["date", "2026-01-31", "1769817600000"],
    ["datetime", "2026-01-31T10:00:00.123Z", "2026-01-31T10:00:00Z"],
    ["datetime", "1769853600000", "2026-01-31T10:00:00.000Z"],
    ["string", "", null],
    ["json", "{}", "[]"],
    ["string", "gold", undefined],
    ["string", "gold", { odd: true }],
  ];
  for (const [type, sent, kept] of SAME) {
    it(`is the same ${type}: ${JSON.stringify([sent, kept])}`, () => assert.equal(found(type, sent, kept), undefined));
  }

  const OTHER: readonly (readonly [type: string, sent: string, kept: unknown, is: string])[] = [
    ["enumeration", "lead", "customer", "customer"],
    ["enumeration", "a;b", "a", "a"],
    ["bool", "true", "false", "false"],
    ["number", "1", "2", "2"],
    ["date", "2026-01-31", "2026-01-30", "2026-01-30"],
    ["datetime", "2026-01-31T10:00:00Z", "2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"],
    ["string", "gold", "silver", "silver"],
    ["string", "gold", null, ""],
    ["string", "", "gold", "gold"],
  ];
  for (const [type, sent, kept, is] of OTHER) {
    it(`is another ${type}: ${JSON.stringify([sent, kept])}`, () =>
      assert.equal(found(type, sent, kept), `HubSpot has kept other values: "it" is "${is}", not "${sent}"`));
  }
});

describe("a contact that HubSpot answers with its old value", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["jared"] });
    account.sandbox.watch(({ properties }) => {
      properties.chat_subscription = "subscribed";
    });
  });
  after(() => account.sandbox.close());

  it("is delivered with a note that says so, and no silent success", async () => {
    const delivery = sampleDelivery();
    const outcome = outcomeOf(await deliver(account.open(), delivery), delivery);
    assert.ok(outcome.tag === "delivered");
    assert.match(
      outcome.note ?? "",
      /^contact \d+; HubSpot has kept other values: "chat_subscription" is "subscribed", not "unsubscribed"$/,
    );
    assert.equal(outcome.differs, true);
  });
});
