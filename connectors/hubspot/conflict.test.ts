/** HubSpot will not create a contact that it has, and did not find it: the slow lane, with its id and what to do. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Account, deliver, outcomeOf, startAccount, to } from "./testing.ts";

const CONFLICT = {
  status: 409,
  body: { status: "error", category: "CONFLICT", message: "Contact already exists. Existing ID: 4711" },
};

describe("hubspot: a contact that cannot be created since it exists", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["jared"] });
  });
  afterEach(() => account.sandbox.heal());
  after(() => account.sandbox.close());

  it("is tried again slowly once it conflicts again, with its id and what to do", async () => {
    account.sandbox.fail(CONFLICT, { when: to("create") });
    const delivery = { ...sampleDelivery("unknown"), attempts: 1 };
    const outcome = outcomeOf(await deliver(account.open({ when_missing: "create" }), delivery), delivery);
    assert.deepEqual(outcome, {
      tag: "unmatched",
      reason: {
        words:
          'HubSpot has contact 4711 already, and does not find it by "chat_user_id": made just now, deleted (restore or delete it for good), or it holds another unique value of `set`',
        ...{ code: "hubspot_has_contact", values: { contact: "4711", property: "chat_user_id" } },
        ...{ status: 409, category: "CONFLICT", message: "Contact already exists. Existing ID: 4711" },
      },
    });
  });

  it("is a conflict like any other where nothing is created, or no id is named", async () => {
    const delivery = sampleDelivery("jared");
    account.sandbox.fail(CONFLICT, { when: to("update") });
    assert.equal(outcomeOf(await deliver(account.open(), delivery), delivery).tag, "retry");
    account.sandbox.heal();
    account.sandbox.fail({ ...CONFLICT, body: { ...CONFLICT.body, message: "busy" } }, { when: to("create") });
    const unknown = { ...sampleDelivery("unknown"), attempts: 1 };
    const outcome = outcomeOf(await deliver(account.open({ when_missing: "create" }), unknown), unknown);
    assert.equal(outcome.tag, "retry");
  });
});
