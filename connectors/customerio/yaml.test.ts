/** Customer.io as a user meets it: from YAML, through the commands. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FromYaml, openFromYaml, tryNow } from "../../test/support/from-yaml.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { type CustomerIoSandbox, startCustomerIoSandbox } from "./sandbox.ts";
import { APP_KEY, failing, isBatch, KEY, SITE, TOPIC } from "./testing.ts";

const NAMES = ["outage", "expired", "lied-to", "half-1", "half-2"];

describe("customerio, from YAML", () => {
  let customerio: CustomerIoSandbox;
  let user: FromYaml;
  before(async () => {
    customerio = await startCustomerIoSandbox({ credentials: `${SITE}:${KEY}`, appKey: APP_KEY, people: NAMES });
    user = await openFromYaml(`type: customerio
region: us
base_url: ${customerio.url}
site_id: ${SITE}
api_key: ${KEY}
app_api_key: ${APP_KEY}
topics: [3]
`);
  });
  after(async () => {
    await user.close();
    await customerio.close();
  });
  const left = (name: string) => customerio.people.get(name)?.[TOPIC] === false;

  it("keeps whoever leaves during an outage, and writes them after it", async () => {
    customerio.fail({ status: 503, headers: { "retry-after": "1" } }, EVERY_TIME);
    await user.leave("outage");
    await user.status(/it is in trouble .* HTTP 503/);
    assert.equal(left("outage"), false);
    customerio.heal();
    await tryNow(user);
    await user.traced("outage", /taken by Customer\.io \(200\)/);
    assert.ok(left("outage"));
  });

  it("pauses with its queue when the App API key has been revoked, and says which key it is", async () => {
    customerio.fail({ status: 401, body: { meta: { error: "Unauthorized" } } }, EVERY_TIME);
    await user.leave("expired");
    await user.status(/Customer\.io refuses `app_api_key`, or the account is not in region us/);
    customerio.heal();
    await tryNow(user);
    await user.traced("expired", /taken by Customer\.io/);
    assert.ok(left("expired"));
  });

  it("tries again what a 200 of somebody else was answered to", async () => {
    customerio.fail({ status: 200, body: { status: "ok" } }, { ...EVERY_TIME, when: isBatch });
    await user.leave("lied-to");
    await user.traced("lied-to", /not an answer of Customer\.io/);
    assert.equal(left("lied-to"), false);
    customerio.heal();
    await tryNow(user);
    await user.traced("lied-to", /taken by Customer\.io/);
  });

  it("gives up the one whom Customer.io refuses inside of a 207, and nobody else", async () => {
    customerio.fail((answer, request) => failing(answer, request, "half-1"), { ...EVERY_TIME, when: isBatch });
    await user.leave("half-1", "half-2");
    await user.traced("half-2", /taken by Customer\.io \(207\)/);
    await user.traced("half-1", /Customer\.io refuses what was written of this person/);
    customerio.heal();
  });

  it("waits for a person who is not there, makes nobody, and delivers once they are", async () => {
    await user.leave("newcomer");
    await user.traced("newcomer", /Customer\.io has no person with the id "newcomer"/);
    assert.equal(customerio.people.has("newcomer"), false);
    customerio.people.set("newcomer", {});
    await tryNow(user);
    await user.traced("newcomer", /taken by Customer\.io/);
    assert.ok(left("newcomer"));
  });
});
