import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import {
  type Account,
  deliver,
  inputsOf,
  LOOSE_ID,
  lastCall,
  outcomeOf,
  startAccount,
  tagsOf,
  wordsOf,
} from "./testing.ts";

describe("hubspot: by a unique property", () => {
  let account: Account;
  before(async () => {
    const users = sampleDeliveries(100).map(({ event }) => event.user);
    account = await startAccount({ contacts: [...users, "jared", "leckie", "Ärger & Söhne"] });
  });
  after(() => account.sandbox.close());

  it("writes what `set` says into the contact, and notes its record id", async () => {
    const delivery = sampleDelivery("jared");
    const result = await deliver(account.open(), delivery);
    const contact = account.sandbox.contactOf("jared");
    assert.equal(contact?.chat_subscription, "unsubscribed");
    assert.equal(contact?.chat_unsubscribed_at, "2026-01-01T00:00:00.123Z");
    assert.deepEqual(outcomeOf(result, delivery), { tag: "delivered", note: `contact ${contact?.hs_object_id}` });
  });

  it("needs two requests for 100 users, and asks for the definitions once", async () => {
    const connector = account.open();
    const deliveries = sampleDeliveries(100);
    const { count } = account.sandbox;
    assert.deepEqual(new Set(tagsOf(await deliver(connector, ...deliveries), ...deliveries)), new Set(["delivered"]));
    assert.equal(account.sandbox.count, count + 3 + 2);
    await deliver(connector, ...deliveries);
    assert.equal(account.sandbox.count, count + 3 + 2 + 2);
    assert.deepEqual(account.calls().slice(-4), ["read", "update", "read", "update"]);
  });

  it("gives each write the delivery's id as objectWriteTraceId", async () => {
    const [one, other] = [sampleDelivery("jared"), sampleDelivery("leckie")];
    await deliver(account.open(), one, other);
    const traceIds = inputsOf(lastCall(account, "update")).map((input) => input.objectWriteTraceId);
    assert.deepEqual(new Set(traceIds), new Set([one.id, other.id]));
  });

  it("finds ids with characters that mean something elsewhere", async () => {
    const delivery = sampleDelivery("Ärger & Söhne");
    assert.deepEqual(tagsOf(await deliver(account.open(), delivery), delivery), ["delivered"]);
  });

  it("does not take an id that differs in case for the same person", async () => {
    const [known, twin] = [sampleDelivery("jared"), sampleDelivery("JARED")];
    const result = await deliver(account.open(), known, twin);
    assert.deepEqual(tagsOf(result, known, twin), ["delivered", "unmatched"]);
    assert.match(wordsOf(outcomeOf(result, twin)), /"jared", which differs in case/);
  });

  it("calls unmatched only those whom HubSpot says it does not know", async () => {
    const [known, unknown] = [sampleDelivery("jared"), sampleDelivery("nobody")];
    const result = await deliver(account.open(), known, unknown);
    assert.deepEqual(tagsOf(result, known, unknown), ["delivered", "unmatched"]);
  });

  it("makes no contact for anybody unless told to", async () => {
    const before = account.sandbox.contacts.size;
    await deliver(account.open(), sampleDelivery("nobody"));
    await deliver(account.open({ when_missing: "ignore" }), sampleDelivery("nobody"));
    assert.equal(account.sandbox.contacts.size, before);
  });

  it("skips the unknown with `when_missing: ignore`", async () => {
    const delivery = sampleDelivery("nobody");
    const result = await deliver(account.open({ when_missing: "ignore" }), delivery);
    assert.deepEqual(tagsOf(result, delivery), ["skipped"]);
  });
});

describe("hubspot: by e-mail", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({
      contacts: [
        { email: "jared@example.com" },
        { email: "leckie@example.com", hs_additional_emails: "l@example.org;leckie@example.net" },
      ],
    });
  });
  after(() => account.sandbox.close());
  const match = { property: "email", value: "{{ user_id }}" };

  it("compares without case, and knows a contact's other addresses", async () => {
    const [one, other] = [sampleDelivery("Jared@Example.com"), sampleDelivery("leckie@example.net")];
    assert.deepEqual(tagsOf(await deliver(account.open({ match }), one, other), one, other), [
      "delivered",
      "delivered",
    ]);
    assert.equal(lastCall(account, "read").path, "/crm/objects/2026-09/contacts/batch/read");
  });

  it("takes a contact that is listed for two of its addresses for one", async () => {
    const deliveries = [sampleDelivery("leckie@example.com"), sampleDelivery("leckie@example.net")];
    const connector = account.open({ match: { ...match, max: 1 } });
    assert.deepEqual(tagsOf(await deliver(connector, ...deliveries), ...deliveries), ["delivered", "delivered"]);
  });

  it("creates a contact by e-mail when told to", async () => {
    const delivery = sampleDelivery("New@Example.com");
    const connector = account.open({ match, when_missing: "create" });
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["delivered"]);
    assert.deepEqual(inputsOf(lastCall(account, "create"))[0]?.properties.email, "new@example.com");
  });
});

describe("hubspot: by a property that is not unique", () => {
  const match = { property: LOOSE_ID.name, value: "{{ user_id }}" };
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: sampleDeliveries(100).map(({ event }) => ({ loose_id: event.user })) });
  });
  after(() => account.sandbox.close());

  it("updates every contact that carries the id, and notes them all", async () => {
    const ids = [1, 2, 3].map(() => account.sandbox.add({ loose_id: "Twice" }));
    const delivery = sampleDelivery("Twice");
    const result = await deliver(account.open({ match }), delivery);
    assert.deepEqual(outcomeOf(result, delivery), { tag: "delivered", note: `contacts ${ids.join(", ")}` });
    for (const id of ids) {
      assert.equal(account.sandbox.contacts.get(id)?.properties.chat_subscription, "unsubscribed");
    }
  });

  it("compares exactly what search finds without case", async () => {
    const id = account.sandbox.add({ loose_id: "casey" });
    const delivery = sampleDelivery("CASEY");
    const result = await deliver(account.open({ match }), delivery);
    assert.deepEqual(tagsOf(result, delivery), ["unmatched"]);
    assert.equal(account.sandbox.contacts.get(id)?.properties.chat_subscription, undefined);
  });

  it("keeps a search within 3,000 characters, and finds all 100 users", async () => {
    const deliveries = sampleDeliveries(100);
    const long = account.open({ match: { ...match, value: "{{ user_id }}" } });
    assert.deepEqual(new Set(tagsOf(await deliver(long, ...deliveries), ...deliveries)), new Set(["delivered"]));
    const many = Array.from({ length: 100 }, (_, index) => sampleDelivery(`${"x".repeat(60)}${index}`));
    for (const { event } of many) account.sandbox.add({ loose_id: event.user });
    assert.deepEqual(new Set(tagsOf(await deliver(long, ...many), ...many)), new Set(["delivered"]));
  });

  it("reads all pages: 450 contacts of two users are all updated", async () => {
    const max = 300;
    const ids = Array.from({ length: 450 }, (_, index) => account.sandbox.add({ loose_id: `paged-${index % 2}` }));
    const deliveries = [sampleDelivery("paged-0"), sampleDelivery("paged-1")];
    const calls = account.calls().length;
    const result = await deliver(account.open({ match: { ...match, max } }), ...deliveries);
    assert.deepEqual(tagsOf(result, ...deliveries), ["delivered", "delivered"]);
    const searches = account
      .calls()
      .slice(calls)
      .filter((call) => call === "search");
    assert.equal(searches.length, 3);
    for (const id of ids) {
      assert.equal(account.sandbox.contacts.get(id)?.properties.chat_subscription, "unsubscribed");
    }
  });

  it("updates none when more contacts carry the id than `match.max` allows, and says how many", async () => {
    const ids = Array.from({ length: 11 }, () => account.sandbox.add({ loose_id: "crowd" }));
    const [crowd, other] = [sampleDelivery("crowd"), sampleDelivery("user-1")];
    const result = await deliver(account.open({ match }), crowd, other);
    assert.deepEqual(tagsOf(result, crowd, other), ["rejected", "delivered"]);
    assert.match(wordsOf(outcomeOf(result, crowd)), /^11 contacts .*`match\.max` \(10\)/);
    for (const id of ids) assert.equal(account.sandbox.contacts.get(id)?.properties.chat_subscription, undefined);
  });

  it("searches in halves when a search finds more than 10,000 contacts", async () => {
    for (let index = 0; index < 10_001; index += 1) account.sandbox.add({ loose_id: "flood" });
    // behind the flood, where one search for both would not get to
    account.sandbox.add({ loose_id: "late" });
    const [flood, other] = [sampleDelivery("flood"), sampleDelivery("late")];
    const result = await deliver(account.open({ match }), flood, other);
    assert.deepEqual(tagsOf(result, flood, other), ["rejected", "delivered"]);
  });

  it("calls a contact that search does not know yet unmatched, and finds it later", async () => {
    account.sandbox.indexLagMs = Number.POSITIVE_INFINITY;
    account.sandbox.add({ loose_id: "newcomer" });
    const delivery = sampleDelivery("newcomer");
    assert.deepEqual(tagsOf(await deliver(account.open({ match }), delivery), delivery), ["unmatched"]);
    account.sandbox.indexLagMs = 0;
    assert.deepEqual(tagsOf(await deliver(account.open({ match }), delivery), delivery), ["delivered"]);
  });

  it("refuses to create anybody by it, and loses nothing", async () => {
    const contacts = account.sandbox.contacts.size;
    const result = await deliver(account.open({ match, when_missing: "create" }), sampleDelivery("nobody"));
    assert.ok(result.tag === "unavailable" && result.retryAfterMs === 60_000);
    assert.match(result.reason.words, /when_missing: create.*"loose_id" is not/);
    assert.equal(account.sandbox.contacts.size, contacts);
  });
});
