/** Contacts that somebody merges in HubSpot: a new record, to which both old ids lead. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Account, deliver, LOOSE_ID, outcomeOf, startAccount, tagsOf, to, wordsOf } from "./testing.ts";

let account: Account;
beforeEach(async () => {
  account = await startAccount();
});
afterEach(() => account.sandbox.close());

const [jared, leckie] = [sampleDelivery("jared"), sampleDelivery("leckie")];

describe("hubspot: merged contacts", () => {
  it("are found by the id that HubSpot has kept; who had the other one is unmatched, which a person can see", async () => {
    const { sandbox } = account;
    const merged = sandbox.merge(sandbox.add({ chat_user_id: "jared" }), sandbox.add({ chat_user_id: "leckie" }));
    const result = await deliver(account.open(), jared, leckie);
    assert.deepEqual(tagsOf(result, jared, leckie), ["delivered", "unmatched"]);
    assert.deepEqual(outcomeOf(result, jared), { tag: "delivered", note: `contact ${merged}` });
  });

  it("keep the id of the other one where the primary had none", async () => {
    const { sandbox } = account;
    sandbox.merge(sandbox.add({ firstname: "J" }), sandbox.add({ chat_user_id: "jared" }));
    assert.deepEqual(tagsOf(await deliver(account.open(), jared), jared), ["delivered"]);
  });

  it("are found by both addresses", async () => {
    const { sandbox } = account;
    sandbox.merge(sandbox.add({ email: "jared@example.com" }), sandbox.add({ email: "leckie@example.com" }));
    const deliveries = [sampleDelivery("jared@example.com"), sampleDelivery("leckie@example.com")];
    const connector = account.open({ match: { property: "email", max: 1 } });
    assert.deepEqual(tagsOf(await deliver(connector, ...deliveries), ...deliveries), ["delivered", "delivered"]);
  });

  for (const property of ["chat_user_id", LOOSE_ID.name]) {
    it(`between look-up and write are looked up again, and written under their new id (${property})`, async () => {
      const { sandbox } = account;
      const [primary, other] = ["jared", "leckie"].map((user) => sandbox.add({ [property]: user }));
      const total = 1;
      const looked = { total, results: [{ id: primary, properties: { [property]: "jared" } }] };
      const merged = sandbox.merge(primary ?? "", other ?? "");
      sandbox.fail({ status: 200, body: looked }, { when: (request) => to("read")(request) || to("search")(request) });
      const connector = account.open({ match: { property } });
      const result = await deliver(connector, jared);
      assert.deepEqual(tagsOf(result, jared), ["retry"]);
      assert.match(wordsOf(outcomeOf(result, jared)), /does not say that the contact was written/);
      const again = await deliver(connector, jared);
      assert.deepEqual(outcomeOf(again, jared), { tag: "delivered", note: `contact ${merged}` });
    });
  }
});
