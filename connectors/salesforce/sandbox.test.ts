/** Whether the stand-in is as strict as Salesforce: what it took, and Salesforce would not, would be proof of nothing. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { assertionOf, privateKeyOf } from "./assertion.ts";
import { type SalesforceSandbox, startSalesforceSandbox } from "./sandbox.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./testing.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

describe("the stand-in for Salesforce", () => {
  let org: SalesforceSandbox;
  let token = "";
  before(async () => {
    org = await startSalesforceSandbox({
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      publicKey,
      records: ["ada"],
    });
    const { body } = await login({
      grant_type: "client_credentials",
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
    token = String(body.access_token);
  });
  after(() => org.close());

  async function login(form: Record<string, string>) {
    const answer = await fetch(`${org.url}/services/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async function call(path: string, init: { method?: string; body?: unknown; token?: string } = {}) {
    const answer = await fetch(`${org.url}/services/data/v65.0${path}`, {
      method: init.method ?? "GET",
      headers: { authorization: `Bearer ${init.token ?? token}` },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    });
    const body = (await answer.json()) as Record<string, unknown>[];
    return { status: answer.status, body, code: body[0]?.errorCode, usage: answer.headers.get("sforce-limit-info") };
  }
  const query = (soql: string) => call(`/query?q=${encodeURIComponent(soql)}`);
  const update = (records: readonly object[]) =>
    call("/composite/sobjects", {
      method: "PATCH",
      body: { allOrNone: false, records: records.map((each) => ({ attributes: { type: "Contact" }, ...each })) },
    });
  const id = () => String(org.recordOf("ada")?.Id);

  it("gives no token for another secret, another app or an assertion that is not in force", async () => {
    const key = privateKeyOf(privateKey);
    assert.ok(key);
    const claims = { iss: CLIENT_ID, sub: "bridge@example.com", aud: "https://login.salesforce.com" };
    const jwt = (change: object, now = Date.now()) => ({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: assertionOf({ ...claims, ...change }, key, now),
    });
    assert.equal((await login(jwt({}))).status, 200);
    const secret = { grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: "another" };
    for (const [form, error] of [
      [secret, "invalid_client"],
      [{ ...secret, client_id: "another" }, "invalid_client_id"],
      [{ grant_type: "password" }, "unsupported_grant_type"],
      [jwt({ iss: "another" }), "invalid_client_id"],
      [jwt({ aud: "https://example.my.salesforce.com" }), "invalid_grant"],
      [jwt({}, Date.now() - 600_000), "invalid_grant"],
      [jwt({}, Date.now() + 600_000), "invalid_grant"],
      [{ ...jwt({}), assertion: `${jwt({}).assertion.slice(0, -8)}AAAAAAAA` }, "invalid_grant"],
    ] as const) {
      const { status, body } = await login(form);
      assert.deepEqual([status, body.error], [400, error], JSON.stringify(form));
    }
  });

  it("answers nobody without a token of its own, and counts what it answers", async () => {
    assert.equal((await call("/sobjects/Contact/describe", { token: "another" })).code, "INVALID_SESSION_ID");
    const { usage } = await query("SELECT Id FROM Contact WHERE Chat_User_Id__c IN ('ada')");
    assert.match(usage ?? "", /^api-usage=\d+\/15000$/);
  });

  it("reads no query whose texts are not escaped, or of what is not there", async () => {
    for (const [soql, code] of [
      ["SELECT Id FROM Contact WHERE Chat_User_Id__c IN ('o'hara')", "MALFORMED_QUERY"],
      ["SELECT Id FROM Contact WHERE Chat_User_Id__c IN ('back\\slash')", "MALFORMED_QUERY"],
      ["SELECT Id, Nothing__c FROM Contact WHERE Chat_User_Id__c IN ('a')", "INVALID_FIELD"],
      ["SELECT Id FROM Nobody WHERE Chat_User_Id__c IN ('a')", "INVALID_TYPE"],
    ] as const) {
      const { status, code: given } = await query(soql);
      assert.deepEqual([status, given], [400, code], soql);
    }
  });

  it("refuses a call that cannot be read or is too long, and a record that is named twice", async () => {
    assert.equal(
      (await update([{ id: id(), Chat_Unsubscribed_On__c: "2026-01-01T00:00:00Z" }])).code,
      "JSON_PARSER_ERROR",
    );
    assert.equal((await update([{ id: id(), Chat_Unsubscribed__c: "true" }])).code, "JSON_PARSER_ERROR");
    assert.equal((await update(Array.from({ length: 201 }, () => ({ id: id() })))).status, 400);
    const { status, body } = await update([{ id: id() }, { id: id() }]);
    assert.deepEqual([status, body.map(({ success }) => success)], [200, [false, false]]);
  });

  it("answers 200 however many it refuses, and names no record that it did not write", async () => {
    const { status, body } = await update([
      { id: id(), Chat_Subscription__c: "unsubscribed" },
      { id: "003000000000999AAA", Chat_Subscription__c: "unsubscribed" },
    ]);
    assert.equal(status, 200);
    assert.deepEqual(
      body.map((each) => [each.id, each.success]),
      [
        [id(), true],
        [undefined, false],
      ],
    );
  });
});
