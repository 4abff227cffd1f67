import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { type Account, deliver, inputsOf, lastCall, outcomeOf, startAccount, tagsOf, wordsOf } from "./testing.ts";

describe("hubspot: deliveries that write the same contact", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["shared"], properties: [{ name: "left_news" }] });
  });
  after(() => account.sandbox.close());
  const match = { property: "chat_user_id", value: "shared" };

  it("are merged the newest winning, and settle by that one write", async () => {
    const connector = account.open({ match });
    const newer = sampleDelivery("a", { eventTime: 2_000_000_000_000, kind: "subscribed" });
    const older = sampleDelivery("b", { eventTime: 1_900_000_000_000, kind: "unsubscribed" });
    for (const order of [
      [newer, older],
      [older, newer],
    ] as const) {
      const result = await deliver(connector, ...order);
      assert.deepEqual(tagsOf(result, newer, older), ["delivered", "delivered"]);
      assert.equal(account.sandbox.contactOf("shared")?.chat_subscription, "subscribed");
      assert.equal(inputsOf(lastCall(account, "update")).length, 1);
    }
  });

  it("let the unsubscription win at the same time", async () => {
    const connector = account.open({ match });
    const eventTime = 2_000_000_000_000;
    const [left, joined] = [
      sampleDelivery("a", { eventTime, kind: "unsubscribed" }),
      sampleDelivery("b", { eventTime, kind: "subscribed" }),
    ];
    for (const order of [
      [left, joined],
      [joined, left],
    ] as const) {
      await deliver(connector, ...order);
      assert.equal(account.sandbox.contactOf("shared")?.chat_subscription, "unsubscribed");
    }
  });

  it("share one look-up of the same value", async () => {
    const connector = account.open({ match, set: { left_news: "{{ user_id }}" } });
    const deliveries = sampleDeliveries(5);
    assert.deepEqual(new Set(tagsOf(await deliver(connector, ...deliveries), ...deliveries)), new Set(["delivered"]));
    assert.equal(inputsOf(lastCall(account, "read")).length, 1);
  });
});

describe("hubspot: creating", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["jared"] });
  });
  after(() => account.sandbox.close());

  it("creates the unknown once, and updates them from then on", async () => {
    const connector = account.open({ when_missing: "create" });
    const [known, unknown] = [sampleDelivery("jared"), sampleDelivery("newcomer")];
    assert.deepEqual(tagsOf(await deliver(connector, known, unknown), known, unknown), ["delivered", "delivered"]);
    const contact = account.sandbox.contactOf("newcomer");
    assert.equal(contact?.chat_subscription, "unsubscribed");
    await deliver(connector, known, unknown);
    assert.equal(account.sandbox.contacts.size, 2);
  });

  it("makes one contact for two deliveries with the same value", async () => {
    const connector = account.open({
      when_missing: "create",
      match: { property: "chat_user_id", value: "{{ user_id | downcase }}" },
    });
    const [one, other] = [sampleDelivery("TWIN"), sampleDelivery("twin")];
    const { size } = account.sandbox.contacts;
    assert.deepEqual(tagsOf(await deliver(connector, one, other), one, other), ["delivered", "delivered"]);
    assert.equal(account.sandbox.contacts.size, size + 1);
  });

  it("knows the created contact by its trace id when HubSpot changed the value", async () => {
    const delivery = sampleDelivery(" padded ");
    const item = { id: "9001", objectWriteTraceId: delivery.id, properties: { chat_user_id: "padded" } };
    account.sandbox.fail({ status: 201, body: { results: [item] } }, { when: ({ path }) => path.endsWith("/create") });
    const result = await deliver(account.open({ when_missing: "create" }), delivery);
    assert.deepEqual(outcomeOf(result, delivery), { tag: "delivered", note: "contact 9001" });
  });
});

describe("hubspot: values", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({
      contacts: ["jared"],
      properties: [
        { name: "left_on", type: "date" },
        { name: "by_admin", type: "bool" },
        { name: "lists", type: "enumeration", options: ["a", "b"] },
      ],
    });
  });
  after(() => account.sandbox.close());

  it("sends a date as the day in UTC, and true and false as text", async () => {
    const set = { left_on: "{{ event_time }}", by_admin: "{{ by_admin }}" };
    const delivery = sampleDelivery("jared", { eventTime: Date.UTC(2026, 4, 6, 23, 59), byAdmin: true });
    assert.deepEqual(tagsOf(await deliver(account.open({ set }), delivery), delivery), ["delivered"]);
    assert.equal(account.sandbox.contactOf("jared")?.left_on, "2026-05-06");
    assert.equal(account.sandbox.contactOf("jared")?.by_admin, "true");
  });

  it("sends a list as the values of an enumeration, and nothing to clear a property", async () => {
    const set = { lists: '{{ "a,b" | split: "," }}', left_on: "" };
    const delivery = sampleDelivery("jared");
    assert.deepEqual(tagsOf(await deliver(account.open({ set }), delivery), delivery), ["delivered"]);
    assert.equal(account.sandbox.contactOf("jared")?.lists, "a;b");
    assert.equal(account.sandbox.contactOf("jared")?.left_on, "");
  });

  it("rejects a delivery whose match value comes out empty, and sends the others", async () => {
    const value = "{% if user_id == 'nobody' %} {% else %}{{ user_id }}{% endif %}";
    const [nobody, jared] = [sampleDelivery("nobody"), sampleDelivery("jared")];
    const result = await deliver(account.open({ match: { property: "chat_user_id", value } }), nobody, jared);
    assert.deepEqual(tagsOf(result, nobody, jared), ["rejected", "delivered"]);
  });

  it("rejects a delivery whose template fails, and sends the others", async () => {
    const tooLong = "{% if user_id == 'nobody' %}{% for i in (1..200000) %}x{% endfor %}{% endif %}";
    const [nobody, jared] = [sampleDelivery("nobody"), sampleDelivery("jared")];
    const result = await deliver(account.open({ set: { firstname: tooLong } }), nobody, jared);
    assert.deepEqual(tagsOf(result, nobody, jared), ["rejected", "delivered"]);
    assert.match(wordsOf(outcomeOf(result, nobody)), /^a template failed/);
  });
});
