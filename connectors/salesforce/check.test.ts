import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Finding } from "../../src/connector.ts";
import { startOrg, type TestOrg, to } from "./testing.ts";

describe("salesforce: check --live", () => {
  let org: TestOrg;
  beforeEach(async () => {
    org = await startOrg({ records: ["ada"] });
  });
  afterEach(() => org.sandbox.close());
  const check = (settings: Readonly<Record<string, unknown>> = {}) =>
    org.open(settings).check(new AbortController().signal);
  const at = (findings: readonly Finding[], setting: string) => findings.filter((each) => each.setting === setting);
  const field = (name: string, change: object) => {
    const fields = org.sandbox.org.object("Contact")?.fields;
    fields?.set(name, { ...fields.get(name), name, ...change });
  };

  it("says what is well: the token, the field that finds, each that is written, and how much of the day is used", async () => {
    const findings = await check();
    assert.deepEqual(new Set(findings.map(({ ok }) => ok)), new Set([true]));
    const said = findings.map(({ what }) => what).join("\n");
    for (const part of [
      /this user sees Contact/,
      /is an External ID/,
      /is unique/,
      /\(picklist\) takes the value/,
      /API requests/,
    ]) {
      assert.match(said, part);
    }
  });

  it("names a field that is not there or hidden, with one that is alike", async () => {
    const [finding] = at(await check({ set: { Chat_Subscribtion__c: "x" } }), "set.Chat_Subscribtion__c");
    assert.equal(finding?.ok, false);
    assert.match(finding?.what ?? "", /sees no field .*did you mean "Chat_Subscription__c"\?/);
    const [match] = at(await check({ match: { field: "Chat_Id__c" } }), "match.field");
    assert.equal(match?.ok, false);
  });

  it("warns of a field that is no External ID, or not unique, and refuses to create by one", async () => {
    field("Chat_User_Id__c", { externalId: false, unique: false });
    const warned = at(await check(), "match.field").map(({ ok }) => ok);
    assert.deepEqual(warned, ["warning", "warning", true]);
    const creating = await check({ when_missing: "create", create: { LastName: "x" } });
    assert.equal(at(creating, "when_missing")[0]?.ok, false);
  });

  it("finds a number where a text belongs", async () => {
    field("Chat_User_Id__c", { type: "double" });
    const [finding] = at(await check(), "match.field");
    assert.match(finding?.what ?? "", /no text field/);
  });

  it("finds what this user must not write, and what a field does not take", async () => {
    field("HasOptedOutOfEmail", { readOnly: true });
    const set = {
      HasOptedOutOfEmail: true,
      Chat_Subscription__c: "gone",
      Chat_Changes__c: "{{ user_id }}",
      Chat_Unsubscribed_On__c: "yesterday",
      Chat_Unsubscribed__c: "{% if event == 'subscribed' %}no{% else %}true{% endif %}",
    };
    const findings = await check({ set });
    const verdict = (name: string) => at(findings, `set.${name}`)[0];
    assert.match(verdict("HasOptedOutOfEmail")?.what ?? "", /must not write/);
    assert.match(verdict("Chat_Subscription__c")?.todo ?? "", /subscribed, unsubscribed/);
    assert.equal(verdict("Chat_Changes__c")?.ok, false);
    assert.equal(verdict("Chat_Unsubscribed_On__c")?.ok, false);
    assert.equal(verdict("Chat_Unsubscribed__c")?.ok, "warning");
  });

  it("says which credential is refused, what is wrong with the object, and whom nobody will find", async () => {
    const refused = (await check({ client_secret: "another-secret" }))[0];
    assert.deepEqual([refused?.ok, refused?.setting], [false, "client_secret"]);
    const unknown = (await check({ object: "Kontact" }))[0];
    assert.deepEqual([unknown?.ok, unknown?.setting], [false, "object"]);
    org.sandbox.org.object("Contact")?.records.clear();
    assert.equal(at(await check(), "match.field").at(-1)?.ok, "warning");
  });

  it("takes a firewall's page for what it is", async () => {
    org.sandbox.fail({ status: 403, body: "<!doctype html><title>Blocked</title>" }, { when: to("token") });
    const [finding] = await check();
    assert.match(finding?.todo ?? "", /firewall/);
    assert.equal(finding?.setting, "instance_url");
  });

  it("warns where the day's requests are nearly used up", async () => {
    org.sandbox.used = 14_900;
    assert.equal(at(await check(), "daily_share")[0]?.ok, "warning");
  });
});

describe("salesforce: preview", () => {
  let org: TestOrg;
  beforeEach(async () => {
    org = await startOrg({ records: ["ada"] });
  });
  afterEach(() => org.sandbox.close());

  it("shows nothing that would be written where several records carry the value, and says so", async () => {
    const { sampleDelivery } = await import("../../src/connector-tools.ts");
    for (const _ of [1, 2]) org.sandbox.add({ Chat_User_Id__c: "twin" });
    const { signal } = new AbortController();
    const requests = await org.open().preview([sampleDelivery("twin")], { live: true, signal });
    assert.equal(requests.length, 1);
    assert.match(
      requests[0]?.note ?? "",
      /^twin: records 003\w{15}, 003\w{15}, more than `match\.max` \(1\): none is written$/,
    );
  });

  it("shows with --live the requests that would be sent, and the record", async () => {
    const { sampleDelivery } = await import("../../src/connector-tools.ts");
    const [ada, nobody] = [sampleDelivery("ada"), sampleDelivery("nobody")];
    const { signal } = new AbortController();
    const connector = org.open({ when_missing: "create", create: { LastName: "{{ user_id }}" } });
    const [look, update, create] = await connector.preview([ada, nobody], { live: true, signal });
    assert.ok(!org.calls().some((call) => call === "update" || call === "create"));
    assert.match(decodeURIComponent(look?.url ?? ""), /WHERE Chat_User_Id__c IN \('ada', 'nobody'\)$/);
    assert.match(look?.note ?? "", /ada: record 003\w{15}; nobody: no record carries/);
    await connector.deliver([ada, nobody], signal);
    const sent = org.sandbox.requests.filter(({ body }) => body.startsWith("{"));
    assert.deepEqual(
      [update?.body, create?.body],
      sent.map(({ body }) => JSON.parse(body)),
    );
  });
});
