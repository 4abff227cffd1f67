import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Finding } from "../../src/connector.ts";
import { type Account, LOOSE_ID, startAccount, TOKEN } from "./testing.ts";

describe("hubspot: check", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({
      contacts: ["jared", "leckie"],
      properties: [
        { name: "score", type: "number", calculated: true },
        { name: "kept", readOnly: true },
        { name: "age", type: "number" },
        { name: "left_on", type: "date" },
        { name: "status", type: "enumeration", options: ["unsubscribed"] },
      ],
    });
  });
  after(() => account.sandbox.close());

  const check = (settings: Readonly<Record<string, unknown>> = {}) =>
    account.open(settings).check(new AbortController().signal);
  const about = (findings: readonly Finding[], setting: string) =>
    findings.filter((finding) => finding.setting === setting);

  it("says which account it is, what the token may do, and how many contacts can be found", async () => {
    const findings = await check();
    assert.deepEqual(new Set(findings.map(({ ok }) => ok)), new Set([true]));
    const text = findings.map(({ what }) => what).join("\n");
    assert.match(text, /HubSpot account 4711/);
    assert.match(text, /has the scopes crm\.objects\.contacts\.read/);
    assert.match(text, /"chat_user_id" is unique/);
    assert.match(text, /2 contacts carry a value in "chat_user_id"/);
    assert.match(text, /"chat_unsubscribed_at" \(datetime\) takes the value/);
  });

  it("stops at a token that HubSpot refuses", async () => {
    const [refused, ...rest] = await check({ access_token: "expired" });
    assert.deepEqual([refused?.ok, refused?.setting, rest.length], [false, "access_token", 0]);
    assert.match(refused?.todo ?? "", /copy the token again/);
  });

  it("names the scopes that the token lacks", async () => {
    const poor = await startAccount({ scopes: ["crm.objects.contacts.read", "crm.schemas.contacts.read"] });
    const findings = await poor.open().check(new AbortController().signal);
    await poor.sandbox.close();
    const lacking = about(findings, "access_token").find(({ ok }) => ok === false);
    assert.match(lacking?.what ?? "", /lacks the scopes crm\.objects\.contacts\.write$/);
  });

  it("goes on when HubSpot does not tell the scopes", async () => {
    account.sandbox.fail({ status: 404, body: {} }, { when: ({ path }) => path.endsWith("/access-token-info") });
    const findings = await check();
    assert.equal(about(findings, "access_token")[0]?.ok, "warning");
    assert.ok(about(findings, "match.property").length > 0);
  });

  it("suggests the property that was meant", async () => {
    const [missing] = about(await check({ match: { property: "chat_userid" } }), "match.property");
    assert.equal(missing?.ok, false);
    assert.equal(missing?.what, 'HubSpot has no contact property "chat_userid"; did you mean "chat_user_id"?');
    const [other] = about(await check({ set: { nothing_like_it: "x" } }), "set.nothing_like_it");
    assert.equal(other?.what, 'HubSpot has no contact property "nothing_like_it"');
  });

  it("explains what a property that is not unique means, and that nobody carries it", async () => {
    const [loose, none] = about(await check({ match: { property: LOOSE_ID.name } }), "match.property");
    assert.deepEqual([loose?.ok, none?.ok], ["warning", "warning"]);
    assert.match(loose?.what ?? "", /searched/);
    assert.match(none?.what ?? "", /no contact carries/);
  });

  it("forbids creating by a property that is not unique", async () => {
    const findings = await check({ match: { property: LOOSE_ID.name }, when_missing: "create" });
    assert.equal(about(findings, "when_missing")[0]?.ok, false);
  });

  it("finds properties that cannot be written", async () => {
    const findings = await check({ set: { score: "1", kept: "x" } });
    for (const name of ["score", "kept"]) {
      const [finding] = about(findings, `set.${name}`);
      assert.equal(finding?.ok, false);
      assert.match(finding?.what ?? "", /cannot be written/);
    }
  });

  it("names the properties that go one way only", async () => {
    account.sandbox.definitions.set("lifecyclestage", {
      name: "lifecyclestage",
      type: "enumeration",
      options: ["lead"],
    });
    const [finding] = about(await check({ set: { lifecyclestage: "lead" } }), "set.lifecyclestage");
    assert.equal(finding?.ok, "warning");
    assert.match(finding?.what ?? "", /^"lifecyclestage" goes one way: HubSpot takes a write that would set it back/);
  });

  it("finds values that a property does not take, and lists the options that it has", async () => {
    const findings = await check({ set: { age: "old", left_on: "{{ event }}", chat_subscription: "gone" } });
    assert.match(about(findings, "set.age")[0]?.what ?? "", /"age" \(number\) does not take "old"/);
    assert.equal(about(findings, "set.left_on")[0]?.ok, false);
    assert.match(about(findings, "set.chat_subscription")[0]?.todo ?? "", /\(subscribed, unsubscribed\)/);
  });

  it("takes for a date or a number what HubSpot does, not what a runtime does", async () => {
    for (const [name, value] of [
      ["left_on", "January 5, 2026"],
      ["left_on", "unsubscribed 1"],
      ["chat_unsubscribed_at", "05/01/2026"],
      ["age", "1,000"],
      ["age", "0x10"],
      ["age", " 5"],
    ] as const) {
      const [finding] = about(await check({ set: { [name]: value } }), `set.${name}`);
      assert.equal(finding?.ok, false, value);
      const id = account.sandbox.contactOf("jared")?.hs_object_id ?? "";
      const body = JSON.stringify({ inputs: [{ id, properties: { [name]: value } }] });
      const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
      const url = `${account.sandbox.url}/crm/objects/2026-09/contacts/batch/update`;
      assert.equal((await fetch(url, { method: "POST", headers, body })).status, 400, value);
    }
    for (const [name, value] of [
      ["left_on", "2026-01-05"],
      ["chat_unsubscribed_at", "2026-01-05T10:00:00+08:00"],
      ["chat_unsubscribed_at", "1767225600123"],
      ["age", "-1.5e3"],
    ] as const) {
      assert.equal(about(await check({ set: { [name]: value } }), `set.${name}`)[0]?.ok, true, value);
    }
  });

  it("only warns of a value that re-subscriptions alone would send", async () => {
    const [finding] = about(await check({ set: { status: "{{ event }}" } }), "set.status");
    assert.equal(finding?.ok, "warning");
    assert.match(finding?.todo ?? "", /only matters if `events` lists subscribed/);
  });

  it("takes an event's time for a date", async () => {
    const [finding] = about(await check({ set: { left_on: "{{ event_time }}" } }), "set.left_on");
    assert.equal(finding?.ok, true);
  });
});
