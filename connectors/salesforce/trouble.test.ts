import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { openExchanges } from "../../src/delivery/following/exchanges.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { CLIENT_SECRET, deliver, startOrg, type TestOrg, tagsOf, to, wordsOf } from "./testing.ts";
import { usageIn } from "./usage.ts";

const KEYS = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const [ada, bob] = [sampleDelivery("ada"), sampleDelivery("bob")];
const errors = (errorCode: string, message = "") => [{ errorCode, message }];

describe("salesforce: in trouble", () => {
  let org: TestOrg;
  beforeEach(async () => {
    org = await startOrg({ records: ["ada", "bob"] });
  });
  afterEach(() => org.sandbox.close());

  it("renews a token that ends in the middle of a batch, once, and goes on", async () => {
    const connector = org.open();
    await deliver(connector, ada);
    org.sandbox.fail({ status: 401, body: errors("INVALID_SESSION_ID") }, { when: to("update") });
    const { count } = org.sandbox;
    assert.deepEqual(tagsOf(await deliver(connector, bob), bob), ["delivered"]);
    assert.deepEqual(org.calls().slice(count), ["query", "update", "token", "update"]);
    org.sandbox.expire();
    assert.deepEqual(tagsOf(await deliver(connector, bob), bob), ["delivered"]);
  });

  it("blames the credentials when the new token is refused as well, and asks for no third", async () => {
    const connector = org.open();
    await deliver(connector, ada);
    org.sandbox.fail({ status: 401, body: errors("INVALID_SESSION_ID") }, { when: to("query"), ...EVERY_TIME });
    const { count } = org.sandbox;
    assert.equal((await deliver(connector, bob)).tag, "credentialsRefused");
    assert.deepEqual(org.calls().slice(count), ["query", "token", "query"]);
  });

  for (const [what, options, expected] of [
    ["a secret that is another one", { clientSecret: "another-secret-0815" }, /refuses `client_secret`/],
    ["an app without a Run As user", { runAs: false }, /gives no token to this user and app/],
  ] as const) {
    it(`says what is to be set up for ${what}`, async () => {
      const other = await startOrg(options);
      const result = await deliver(other.open(), ada);
      await other.sandbox.close();
      assert.equal(result.tag, "credentialsRefused");
      assert.match(wordsOf(result), expected);
    });
  }

  it("says that this machine's clock is wrong where an assertion is refused for that, and by how much", async () => {
    const { privateKey, publicKey } = KEYS;
    for (const [off, expected] of [
      [-600_000, /this machine's clock is (599|600|601) s ahead of its own/],
      [600_000, /this machine's clock is (599|600|601) s behind its own/],
    ] as const) {
      const other = await startOrg({ publicKey, clock: () => Date.now() + off });
      const jwt = { username: "bridge@example.com", private_key: privateKey };
      const result = await deliver(other.open({ client_secret: undefined, jwt }), ada);
      await other.sandbox.close();
      assert.equal(result.tag, "credentialsRefused");
      assert.match(wordsOf(result), expected);
    }
  });

  it("takes a token's request that Salesforce wants repeated for no refusal", async () => {
    const body = { error: "unknown_error", error_description: "retry your request" };
    org.sandbox.fail({ status: 400, body }, { when: to("token") });
    assert.equal((await deliver(org.open(), ada)).tag, "unavailable");
  });

  it("takes a 403 by which the day's requests are used up for no credential fault", async () => {
    org.sandbox.used = 15_000;
    const result = await deliver(org.open({ daily_share: 100 }), ada);
    assert.ok(result.tag === "unavailable" && result.retryAfterMs === 15 * 60_000);
    assert.match(wordsOf(result), /the org's API requests are used up/);
  });

  it("waits for seconds where too many requests run at once", async () => {
    const message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
    org.sandbox.fail({ status: 403, body: errors("REQUEST_LIMIT_EXCEEDED", message) }, { when: to("update") });
    const result = await deliver(org.open(), ada);
    assert.ok(result.tag === "unavailable" && result.retryAfterMs === 10_000);
    // it names no time, and is believed should it ever
    const told = { status: 403, headers: { "retry-after": "7" }, body: errors("REQUEST_LIMIT_EXCEEDED", message) };
    org.sandbox.fail(told, { when: to("update") });
    const later = await deliver(org.open(), ada);
    assert.ok(later.tag === "unavailable" && later.retryAfterMs === 7_000);
  });

  it("takes any other 403 for one", async () => {
    org.sandbox.fail({ status: 403, body: errors("API_DISABLED_FOR_ORG") }, { when: to("query") });
    const result = await deliver(org.open(), ada);
    assert.equal(result.tag, "credentialsRefused");
    assert.match(wordsOf(result), /the API is switched off/);
  });

  it("stops by itself at the set share of the day's requests, and leaves the rest to others", async () => {
    org.sandbox.used = 11_998;
    const connector = org.open({ daily_share: 80 });
    const result = await deliver(connector, ada);
    assert.ok(result.tag === "unavailable" && result.unsent && (result.retryAfterMs ?? 0) > 14 * 60_000);
    assert.match(wordsOf(result), /^12000 of the org's 15000 API requests of 24 hours are used/);
    const { count } = org.sandbox;
    assert.equal((await deliver(connector, bob)).tag, "unavailable");
    assert.equal(org.sandbox.count, count);
    assert.ok(!org.calls().includes("update"));
  });

  it("counts as tried whom it has written, where the share ends before they are read back", async () => {
    org.sandbox.used = 11_997;
    const result = await deliver(org.open({ daily_share: 80, verify: true }), ada);
    assert.ok(org.calls().includes("update"));
    assert.ok(result.tag === "unavailable" && result.unsent === undefined && (result.retryAfterMs ?? 0) > 0);
  });

  it("tries a whole call again that met a lock", async () => {
    org.sandbox.fail({ status: 400, body: errors("UNABLE_TO_LOCK_ROW") }, { when: to("update") });
    const connector = org.open();
    assert.equal((await deliver(connector, ada)).tag, "unavailable");
    assert.deepEqual(tagsOf(await deliver(connector, ada), ada), ["delivered"]);
  });

  it("lets everybody wait for a field that is not there, hidden or not writable, until that is mended", async () => {
    const fields = org.sandbox.org.object("Contact")?.fields;
    const field = fields?.get("Chat_Unsubscribed_At__c");
    assert.ok(fields && field);
    const connector = org.open();
    fields.delete(field.name);
    const missing = await deliver(connector, ada);
    assert.ok(missing.tag === "unavailable" && /has no field "Chat_Unsubscribed_At__c"/.test(wordsOf(missing)));
    fields.set(field.name, { ...field, readOnly: true });
    const fixed = await deliver(connector, ada);
    assert.ok(fixed.tag === "unavailable" && /must not write "Chat_Unsubscribed_At__c"/.test(wordsOf(fixed)));
    fields.set(field.name, field);
    assert.deepEqual(tagsOf(await deliver(connector, ada), ada), ["delivered"]);
  });

  it("lets the bridge find the one whose query or value spoils a whole call", async () => {
    org.sandbox.fail({ status: 400, body: errors("MALFORMED_QUERY") }, { when: to("query") });
    assert.equal((await deliver(org.open(), ada, bob)).tag, "batchRejected");
    org.sandbox.fail({ status: 400, body: errors("JSON_PARSER_ERROR") }, { when: to("update") });
    assert.equal((await deliver(org.open(), ada, bob)).tag, "batchRejected");
  });

  it("goes on where the list of fields is longer than anything that is read, but creates nobody then", async () => {
    org.sandbox.fail({ status: 200, body: `{"fields":["${"x".repeat(5_000_000)}"]}` }, { when: to("describe") });
    assert.deepEqual(tagsOf(await deliver(org.open(), ada), ada), ["delivered"]);
    // whose name of the field is in another case then finds its people all the same, as Salesforce does
    org.sandbox.fail({ status: 200, body: `{"fields":["${"x".repeat(5_000_000)}"]}` }, { when: to("describe") });
    const small = org.open({ match: { field: "chat_user_id__c" } });
    assert.deepEqual(tagsOf(await deliver(small, ada), ada), ["delivered"]);
    org.sandbox.fail({ status: 200, body: `{"fields":["${"x".repeat(5_000_000)}"]}` }, { when: to("describe") });
    const creating = org.open({ when_missing: "create", create: { LastName: "x" } });
    assert.match(wordsOf(await deliver(creating, bob)), /too long to be read/);
  });

  it("shows neither token nor secret to whoever follows a person", async () => {
    const exchanges = openExchanges({ redact: (text) => text, clock: Date.now, monotonic: () => performance.now() });
    exchanges.since("ada", 0, () => undefined);
    const { signal } = new AbortController();
    exchanges.called("test", [ada], signal);
    await org.open({}, { followed: exchanges }).deliver([ada], signal);
    const shown = JSON.stringify(exchanges.kept("ada"));
    assert.match(shown, /oauth2\/token/);
    assert.doesNotMatch(shown, new RegExp(`00Dsandbox|${CLIENT_SECRET}`));
  });
});

describe("salesforce: how much of the day is used", () => {
  it("is read from the header, whatever else stands in it", () => {
    assert.deepEqual(usageIn("api-usage=18/5000"), { used: 18, limit: 5_000 });
    assert.deepEqual(usageIn("API-Usage = 18 / 5000; per-app-api-usage=1/250"), { used: 18, limit: 5_000 });
    const both = "per-app-api-usage=17/250(appName=bridge), api-usage=25/5000";
    assert.deepEqual(usageIn(both), { used: 25, limit: 5_000 });
    for (const header of [
      null,
      "",
      "api-usage=18",
      "per-app-api-usage=17/250(appName=x)",
      "api-usage=1/0",
      "api-usage=-1/5",
      "api-usage=18/5,000",
    ]) {
      assert.equal(usageIn(header), undefined, String(header));
    }
  });
});
