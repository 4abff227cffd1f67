import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { connectorSuite, type People } from "../kit/conformance.ts";
import { withDefaults } from "../kit/testing.ts";
import { salesforce } from "./index.ts";
import { startSalesforceSandbox } from "./sandbox.ts";
import { CLIENT_ID, CLIENT_SECRET, kindOf, recordsOf, settingsFor } from "./testing.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const JWT = { username: "bridge@example.com", private_key: privateKey };

const USERS = ["user-1", "user-2", "user-3"];
/** The same in each org that is started. */
const recordIds = new Map<string, string>();

for (const [variant, more] of [
  ["by client credentials", { client_secret: CLIENT_SECRET }],
  ["by a signed assertion, read back", { client_secret: undefined, jwt: JWT, verify: true }],
] as const) {
  connectorSuite({
    type: salesforce,
    variant,
    async start() {
      const sandbox = await startSalesforceSandbox({
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        publicKey,
        records: USERS,
      });
      for (const user of USERS) recordIds.set(user, String(sandbox.recordOf(user)?.Id));
      const settings = { ...settingsFor(sandbox), ...more };
      const secrets = ["jwt" in more ? privateKey : CLIENT_SECRET];
      const people: People = {
        meet: (user) => void sandbox.add({ Chat_User_Id__c: user }),
        about(user) {
          const record = sandbox.recordOf(user);
          return record?.Chat_Subscription__c === undefined ? undefined : record;
        },
      };
      const holds = () => [...(sandbox.org.object("Contact")?.records ?? [])];
      const astray = { ...settings, instance_url: `${sandbox.url}/another-org` };
      return { sandbox, settings, secrets, holds, people, astray };
    },
    isWrite: (request) => kindOf(request) === "update",
    failing(answer, request, user) {
      const at = recordsOf(request).findIndex(({ id }) => id === recordIds.get(user));
      const refused = { success: false, errors: [{ statusCode: "STRING_TOO_LONG", message: "no", fields: [] }] };
      const results = answer.body as readonly unknown[];
      return { ...answer, body: results.map((result, index) => (index === at ? refused : result)) };
    },
    limits: [
      { status: 403, body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }] },
    ],
    refuses: (user) => user.length > 255,
    lacks: {},
  });
}

describe("salesforce: settings", () => {
  const base = {
    instance_url: "https://example.my.salesforce.com",
    client_id: "id",
    client_secret: "secret",
    match: { field: "Chat_User_Id__c" },
    set: { HasOptedOutOfEmail: true },
  };
  const complete = (settings: object) => withDefaults(salesforce, { ...base, ...settings }) as never;
  const lint = (settings: object) => salesforce.lint?.(complete(settings)) ?? [];

  it("has sensible defaults", () => {
    const { match, when_missing, object, verify, daily_share } = withDefaults(salesforce, base);
    assert.deepEqual(match, { field: "Chat_User_Id__c", value: "{{ user_id }}", max: 1 });
    assert.deepEqual([when_missing, object, verify, daily_share], ["retry", "Contact", false, 90]);
    assert.deepEqual(lint({}), []);
  });

  it("wants one credential, and a key that can sign", () => {
    assert.match(lint({ client_secret: undefined })[0]?.what ?? "", /no credential/);
    assert.match(lint({ jwt: JWT })[0]?.what ?? "", /exclude each other/);
    const broken = { client_secret: undefined, jwt: { ...JWT, private_key: "-----BEGIN PRIVATE KEY-----" } };
    assert.deepEqual(lint(broken)[0]?.path, ["jwt", "private_key"]);
    const inOneLine = { client_secret: undefined, jwt: { ...JWT, private_key: privateKey.replaceAll("\n", "\\n") } };
    assert.deepEqual(lint(inOneLine), []);
  });

  it("wants the org's own address, and says what it is where that can be seen", () => {
    assert.match(lint({ instance_url: "https://login.salesforce.com" })[0]?.what ?? "", /where people log in/);
    const todo = lint({ instance_url: "https://example.lightning.force.com" })[0]?.todo;
    assert.equal(todo, "write https://example.my.salesforce.com");
    for (const page of [
      "https://example.my.salesforce-setup.com/lightning/setup/SetupOneHome/home",
      "https://example.my.salesforce.com/home",
    ]) {
      assert.equal(lint({ instance_url: page })[0]?.todo, "write https://example.my.salesforce.com", page);
    }
    assert.deepEqual(lint({ instance_url: "https://example.my.salesforce.com/" }), []);
    assert.deepEqual(lint({ instance_url: "example.my.salesforce.com" })[0]?.path, ["instance_url"]);
  });

  it("finds labels where API names belong, and fields that cannot work", () => {
    assert.deepEqual(lint({ match: { field: "Chat User Id" } })[0]?.path, ["match", "field"]);
    assert.deepEqual(lint({ set: { "Opted Out": true } })[0]?.path, ["set", "Opted Out"]);
    assert.match(lint({ match: { field: "Id" } })[0]?.what ?? "", /no record id/);
    assert.match(lint({ set: { chat_user_id__c: "x" } })[0]?.what ?? "", /by which records are found/);
  });

  it("says what a new record must have, and that nothing is created unless said", () => {
    assert.match(lint({ when_missing: "create" })[0]?.what ?? "", /no Contact without LastName/);
    assert.match(lint({ when_missing: "create", object: "Lead" })[0]?.todo ?? "", /LastName: .*Company: /);
    assert.deepEqual(lint({ when_missing: "create", create: { LastName: "x" } }), []);
    assert.equal(lint({ create: { LastName: "x" } })[0]?.severity, "warning");
  });

  it("logs a sandbox's user in where sandboxes do", async () => {
    const { audienceOf } = await import("./settings.ts");
    const at = (instance_url: string) => audienceOf(complete({ instance_url, client_secret: undefined, jwt: JWT }));
    assert.equal(at("https://example.my.salesforce.com"), "https://login.salesforce.com");
    assert.equal(at("https://example--dev.sandbox.my.salesforce.com"), "https://test.salesforce.com");
  });
});
