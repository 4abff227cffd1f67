/** Salesforce as a user meets it: from YAML, through the commands. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FromYaml, openFromYaml, tryNow } from "../../test/support/from-yaml.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { type SalesforceSandbox, startSalesforceSandbox } from "./sandbox.ts";
import { CLIENT_ID, CLIENT_SECRET, recordsOf, to } from "./testing.ts";

const PEOPLE = ["outage", "expired", "half-1", "half-2", "lied-to"];
const TICKED = { name: "Chat_Unsubscribed__c", type: "boolean" };

describe("salesforce, from YAML", () => {
  let org: SalesforceSandbox;
  let user: FromYaml;
  before(async () => {
    org = await startSalesforceSandbox({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, records: PEOPLE });
    user = await openFromYaml(`type: salesforce
instance_url: ${org.url}
client_id: ${CLIENT_ID}
client_secret: ${CLIENT_SECRET}
match: { field: Chat_User_Id__c }
set: { Chat_Subscription__c: "{{ event }}", Chat_Unsubscribed__c: true }
verify: true
`);
  });
  after(async () => {
    await user.close();
    await org.close();
  });
  const left = (name: string) => org.recordOf(name)?.Chat_Subscription__c === "unsubscribed";

  it("keeps whoever leaves during an outage, and writes them after it", async () => {
    org.fail({ status: 503, body: [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] }, EVERY_TIME);
    await user.leave("outage");
    await user.status(/it .*503/);
    assert.equal(left("outage"), false);
    org.heal();
    await tryNow(user);
    await user.traced("outage", /record 003/);
    assert.ok(left("outage"));
  });

  it("renews the token that has expired, and nobody hears of it", async () => {
    const tokens = () => org.requests.filter(to("token")).length;
    const before = tokens();
    org.expire();
    await user.leave("expired");
    await user.traced("expired", /record 003/);
    assert.ok(left("expired"));
    assert.equal(tokens(), before + 1);
  });

  it("gives up the one whom Salesforce refuses inside of a 200, and nobody else", async () => {
    const half = String(org.recordOf("half-1")?.Id);
    const message = "Chat opt-outs need a reason";
    org.fail(
      (answer, request) => {
        const at = recordsOf(request).findIndex(({ id }) => id === half);
        const errors = [{ statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, fields: ["Chat_Subscription__c"] }];
        const results = answer.body as readonly unknown[];
        return {
          ...answer,
          body: results.map((result, index) => (index === at ? { success: false, errors } : result)),
        };
      },
      { ...EVERY_TIME, when: to("update") },
    );
    await user.leave("half-1", "half-2");
    await user.traced("half-2", /record 003/);
    await user.traced("half-1", /refuses what was sent for Chat_Subscription__c[\s\S]*need a reason/);
    org.heal();
  });

  it("tells where Salesforce said that it wrote, and holds something else", async () => {
    org.org.object("Contact")?.fields.set(TICKED.name, { ...TICKED, ignored: true });
    await user.leave("lied-to");
    await user.traced("lied-to", /Salesforce holds other values: "Chat_Unsubscribed__c" is empty, not "true"/);
    org.org.object("Contact")?.fields.set(TICKED.name, TICKED);
  });

  it("waits for a person who has no record, creates none, and writes once there is one", async () => {
    await user.leave("newcomer");
    await user.traced("newcomer", /no record carries this value in "Chat_User_Id__c"/);
    assert.equal(org.recordOf("newcomer"), undefined);
    org.add({ Chat_User_Id__c: "newcomer" });
    await tryNow(user);
    await user.traced("newcomer", /record 003/);
    assert.ok(left("newcomer"));
  });
});
