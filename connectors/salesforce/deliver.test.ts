import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import type { SandboxAnswer } from "../kit/sandbox.ts";
import { deliver, lastCall, outcomeOf, recordsOf, startOrg, type TestOrg, tagsOf, to, wordsOf } from "./testing.ts";

const [ada, bob, eve] = [sampleDelivery("ada"), sampleDelivery("bob"), sampleDelivery("eve")];

/** Results of a collection as Salesforce gives them: failures without an id. */
const failed = (statusCode: string, message = "", fields: string[] = []) => ({
  success: false,
  errors: [{ statusCode, message, fields }],
});
const ok = (results: unknown): SandboxAnswer => ({ status: 200, body: results });

describe("salesforce: deliver", () => {
  let org: TestOrg;
  beforeEach(async () => {
    org = await startOrg({ records: ["ada", "bob", "eve"] });
  });
  afterEach(() => org.sandbox.close());
  const idOf = (user: string) => String(org.sandbox.recordOf(user)?.Id);

  it("asks once for a token and the fields, then two requests for each batch", async () => {
    const connector = org.open();
    for (const each of [ada, bob]) await deliver(connector, each);
    assert.deepEqual(org.calls(), ["token", "describe", "query", "update", "query", "update"]);
    assert.equal(org.sandbox.recordOf("ada")?.Chat_Subscription__c, "unsubscribed");
    assert.equal(org.sandbox.recordOf("ada")?.Chat_Unsubscribed_At__c, "2026-01-01T00:00:00.123Z");
  });

  it("makes of each value what its field takes: a day, a tick, a number; empty clears", async () => {
    const set = {
      Chat_Unsubscribed_On__c: "{{ event_time }}",
      Chat_Unsubscribed__c: "{% if event == 'unsubscribed' %}true{% else %}false{% endif %}",
      HasOptedOutOfEmail: true,
      Chat_Changes__c: "{{ 3 }}",
      Chat_Official_Account__c: "{{ platform }}",
    };
    await deliver(org.open({ set }), sampleDelivery("ada", { platform: "" }));
    const { attributes: _, id: __, ...values } = recordsOf(lastCall(org, "update"))[0] ?? {};
    assert.deepEqual(values, {
      Chat_Unsubscribed_On__c: "2026-01-01",
      Chat_Unsubscribed__c: true,
      HasOptedOutOfEmail: true,
      Chat_Changes__c: 3,
      Chat_Official_Account__c: null,
    });
  });

  it("finds exactly whose id it is, whatever stands in it", async () => {
    const odd = [
      "O'Brien",
      "back\\slash",
      'say "hi"',
      "two\nlines",
      "007",
      "李雷🙂",
      "x".repeat(255),
      "a%_b",
      "\\' OR Id != null OR '",
    ];
    for (const user of odd) org.sandbox.add({ Chat_User_Id__c: user });
    const deliveries = odd.map((user) => sampleDelivery(user));
    const result = await deliver(org.open(), ...deliveries);
    assert.deepEqual(new Set(tagsOf(result, ...deliveries)), new Set(["delivered"]));
    for (const user of odd) assert.equal(org.sandbox.recordOf(user)?.Chat_Subscription__c, "unsubscribed", user);
    assert.equal(org.sandbox.recordOf("bob")?.Chat_Subscription__c, undefined);
  });

  it("takes nobody for whoever differs in case alone, and says so", async () => {
    org.sandbox.add({ Chat_User_Id__c: "Jared" });
    const jared = sampleDelivery("jared");
    const outcome = outcomeOf(await deliver(org.open(), jared, sampleDelivery("7")), jared);
    assert.equal(outcome.tag, "unmatched");
    assert.match(wordsOf(outcome), /one carries "Jared", which differs in case/);
  });

  it("reads all pages of a look-up, and asks in as many requests as addresses allow", async () => {
    const paged = await startOrg({ records: sampleDeliveries(200).map(({ event }) => event.user), pageSize: 60 });
    try {
      const deliveries = sampleDeliveries(200);
      const result = await deliver(paged.open(), ...deliveries);
      assert.deepEqual(new Set(tagsOf(result, ...deliveries)), new Set(["delivered"]));
      assert.equal(paged.calls().filter((call) => call === "query").length, 4);
      assert.equal(paged.calls().filter((call) => call === "update").length, 1);
    } finally {
      await paged.sandbox.close();
    }
  });

  it("takes a look-up that lacks somebody for no look-up", async () => {
    const records = [{ Id: idOf("ada"), Chat_User_Id__c: "ada" }];
    for (const page of [
      { totalSize: 2, done: true, records },
      { totalSize: 2, done: false, records },
      { totalSize: 2, done: false, records, nextRecordsUrl: "https://elsewhere.example/query/1" },
      { totalSize: 1, records },
      { totalSize: 1, done: true, records: [{ Chat_User_Id__c: "ada" }] },
    ]) {
      org.sandbox.fail(ok(page), { when: to("query") });
      const result = await deliver(org.open(), ada, bob);
      assert.ok(result.tag === "unavailable" && /incomplete/.test(wordsOf(result)), JSON.stringify(page));
    }
    assert.ok(!org.calls().includes("update"));
  });

  it("tells of several records that carry the value, and writes none of them; all of them where `match.max` says so", async () => {
    const double = await startOrg({ records: ["ada", "ada"], fields: [{ name: "Chat_User_Id__c", externalId: true }] });
    try {
      const outcome = outcomeOf(await deliver(double.open(), ada), ada);
      assert.equal(outcome.tag, "rejected");
      assert.match(wordsOf(outcome), /^2 records carry this value .* \(1\): 003\w{15}, 003\w{15}$/);
      assert.ok(!double.calls().includes("update"));
      const both = await deliver(double.open({ match: { field: "Chat_User_Id__c", max: 2 } }), ada);
      assert.deepEqual(tagsOf(both, ada), ["delivered"]);
      const records = [...(double.sandbox.org.object("Contact")?.records.values() ?? [])];
      assert.deepEqual(
        records.map((each) => each.Chat_Subscription__c),
        ["unsubscribed", "unsubscribed"],
      );
    } finally {
      await double.sandbox.close();
    }
  });

  it("writes one record once, whoever of one value comes twice: the newest wins, field by field", async () => {
    const older = sampleDelivery("ada", { app: "1", eventTime: 1_000, kind: "unsubscribed" });
    const newer = sampleDelivery("ada", { app: "2", eventTime: 2_000, kind: "subscribed" });
    const result = await deliver(org.open(), newer, older);
    assert.deepEqual(tagsOf(result, newer, older), ["delivered", "delivered"]);
    assert.equal(recordsOf(lastCall(org, "update")).length, 1);
    assert.equal(org.sandbox.recordOf("ada")?.Chat_Subscription__c, "subscribed");
  });

  it("never creates anybody unless it is said, and finds them later", async () => {
    const stranger = sampleDelivery("stranger");
    assert.deepEqual(tagsOf(await deliver(org.open(), stranger), stranger), ["unmatched"]);
    assert.deepEqual(tagsOf(await deliver(org.open({ when_missing: "ignore" }), stranger), stranger), ["skipped"]);
    const creating = org.open({ when_missing: "create", create: { LastName: "{{ user_id }}" } });
    assert.deepEqual(tagsOf(await deliver(creating, stranger, ada), stranger, ada), ["delivered", "delivered"]);
    assert.equal(org.sandbox.recordOf("stranger")?.LastName, "stranger");
    assert.equal(org.sandbox.recordOf("ada")?.LastName, undefined);
    await deliver(creating, stranger);
    assert.equal(org.calls().filter((call) => call === "create").length, 1);
  });

  it("creates nobody by a field that is not unique", async () => {
    org.sandbox.org.object("Contact")?.fields.set("Chat_User_Id__c", { name: "Chat_User_Id__c" });
    const creating = org.open({ when_missing: "create", create: { LastName: "x" } });
    const result = await deliver(creating, sampleDelivery("stranger"));
    assert.equal(result.tag, "unavailable");
    assert.match(wordsOf(result), /needs a field that Salesforce keeps unique/);
  });

  it("trusts the places of new records only where the answer says the same of all of them", async () => {
    const creating = org.open({ when_missing: "create", create: { LastName: "x" } });
    const [one, two] = [sampleDelivery("one"), sampleDelivery("two")];
    const mixed = ok([failed("STRING_TOO_LONG"), { id: "003000000000099AAA", success: true, errors: [] }]);
    org.sandbox.fail(mixed, { when: to("create") });
    assert.deepEqual(tagsOf(await deliver(creating, one, two), one, two), ["retry", "retry"]);
  });
});

describe("salesforce: what became of each record", () => {
  let org: TestOrg;
  beforeEach(async () => {
    org = await startOrg({ records: ["ada", "bob", "eve"] });
  });
  afterEach(() => org.sandbox.close());
  const idOf = (user: string) => String(org.sandbox.recordOf(user)?.Id);
  const taken = (user: string) => ({ id: idOf(user), success: true, errors: [] });
  const answering = async (results: unknown) => {
    org.sandbox.fail(ok(results), { when: to("update") });
    const result = await deliver(org.open(), ada, bob, eve);
    return { result, tags: tagsOf(result, ada, bob, eve) };
  };

  it("is told by itself: written, never, later", async () => {
    const { result, tags } = await answering([
      taken("ada"),
      failed("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no", ["Chat_Subscription__c"]),
      failed("UNABLE_TO_LOCK_ROW"),
    ]);
    assert.deepEqual(tags, ["delivered", "rejected", "retry"]);
    assert.match(wordsOf(outcomeOf(result, bob)), /refuses what was sent for Chat_Subscription__c/);
  });

  it("goes by ids where results come in another order, and is unknown for a failure without one", async () => {
    const shuffled = await answering([taken("eve"), taken("ada"), failed("STRING_TOO_LONG")]);
    assert.deepEqual(shuffled.tags, ["delivered", "retry", "delivered"]);
  });

  it("is unknown for whom the answer lacks", async () => {
    assert.deepEqual((await answering([taken("ada"), taken("eve")])).tags, ["delivered", "retry", "delivered"]);
    assert.deepEqual((await answering([])).tags, ["retry", "retry", "retry"]);
  });

  it("is unknown for whom it names twice", async () => {
    const not = { ...failed("STRING_TOO_LONG"), id: idOf("ada") };
    for (const both of [
      [not, taken("ada")],
      [taken("ada"), not],
    ]) {
      assert.deepEqual((await answering([...both, taken("bob")])).tags, ["retry", "delivered", "retry"]);
    }
  });

  it("is no success without an id, or with an error beside it", async () => {
    const { tags } = await answering([
      { success: true, errors: [] },
      { ...failed("STRANGE"), id: idOf("bob"), success: true },
      { id: idOf("eve"), success: "true", errors: [] },
    ]);
    assert.deepEqual(tags, ["retry", "retry", "retry"]);
    const odd = { id: idOf("bob"), success: true, errors: { 0: "STRANGE" } };
    assert.deepEqual((await answering([taken("ada"), odd, taken("eve")])).tags, ["delivered", "retry", "delivered"]);
  });

  for (const [code, expected] of [
    ["ENTITY_IS_DELETED", "retry"],
    ["INVALID_FIELD_FOR_INSERT_UPDATE", "retry"],
    ["SOMETHING_NEW", "retry"],
    ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "retry"],
    ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "rejected"],
    ["INSUFFICIENT_ACCESS_OR_READONLY", "rejected"],
  ] as const) {
    it(`is ${expected} by ${code}`, async () => {
      assert.deepEqual((await answering([taken("ada"), failed(code), taken("eve")])).tags, [
        "delivered",
        expected,
        "delivered",
      ]);
    });
  }

  it("is looked up again where the record was deleted in between", async () => {
    org.sandbox.fail("reset", { when: to("update") });
    const connector = org.open();
    await deliver(connector, ada);
    org.sandbox.org.object("Contact")?.records.delete(idOf("ada"));
    assert.deepEqual(tagsOf(await deliver(connector, ada), ada), ["unmatched"]);
  });

  it("is read back with `verify`: what Salesforce took and does not hold is told", async () => {
    const dropping = { name: "Chat_Unsubscribed__c", type: "boolean", ignored: true };
    org.sandbox.org.object("Contact")?.fields.set(dropping.name, dropping);
    const set = { Chat_Unsubscribed__c: true, Chat_Unsubscribed_At__c: "{{ event_time }}" };
    const trusting = outcomeOf(await deliver(org.open({ set }), ada), ada);
    assert.ok(trusting.tag === "delivered" && trusting.differs === undefined);
    const outcome = outcomeOf(await deliver(org.open({ set, verify: true }), ada), ada);
    assert.ok(outcome.tag === "delivered" && outcome.differs);
    assert.match(outcome.note ?? "", /holds other values: "Chat_Unsubscribed__c" is empty, not "true"$/);
    const honest = outcomeOf(await deliver(org.open({ verify: true }), bob), bob);
    assert.ok(honest.tag === "delivered" && honest.differs === undefined, JSON.stringify(honest));
  });

  it("is written again where it could not be read back", async () => {
    const connector = org.open({ verify: true });
    await deliver(connector, bob);
    org.sandbox.fail({ status: 503 }, { when: ({ query }) => (query.get("q") ?? "").includes("WHERE Id IN") });
    const result = await deliver(connector, ada);
    assert.ok(result.tag === "unavailable" && result.unsent === undefined);
    assert.equal(result.outcomes?.size ?? 0, 0);
  });
});
