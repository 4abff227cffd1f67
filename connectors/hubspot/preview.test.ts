import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Account, deliver, LOOSE_ID, lastCall, startAccount } from "./testing.ts";

describe("hubspot: preview", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["jared"] });
  });
  after(() => account.sandbox.close());
  const signal = new AbortController().signal;

  it("shows with --live the very requests that are sent, and the contact", async () => {
    const [known, unknown] = [sampleDelivery("jared"), sampleDelivery("nobody")];
    const connector = account.open();
    const [look, write] = await connector.preview([known, unknown], { live: true, signal });
    assert.ok(!account.calls().includes("update"));
    await deliver(connector, known, unknown);
    assert.deepEqual(look?.body, JSON.parse(lastCall(account, "read").body));
    assert.deepEqual(write?.body, JSON.parse(lastCall(account, "update").body));
    assert.match(look?.note ?? "", /jared: contact \d+; nobody: no contact carries this value/);
    assert.equal(write?.headers.authorization, "Bearer (access token)");
  });

  it("shows without it a search and an update whose record id is still to come", async () => {
    const [look, write] = await account.open().preview([sampleDelivery("jared")], { live: false, signal });
    assert.ok(look?.url.endsWith("/crm/objects/2026-09/contacts/search"));
    assert.match(JSON.stringify(write?.body), /record id of jared/);
  });

  it("shows nothing that would be written where more contacts carry the value than are meant, and says so", async () => {
    const several = await startAccount({ properties: [LOOSE_ID] });
    for (const _ of [1, 2]) several.sandbox.add({ loose_id: "twin" });
    const connector = several.open({ match: { property: "loose_id", max: 1 } });
    const requests = await connector.preview([sampleDelivery("twin")], { live: true, signal });
    await several.sandbox.close();
    assert.ok(requests.every(({ url }) => url.endsWith("/search")));
    assert.match(
      requests.at(-1)?.note ?? "",
      /^twin: contacts \d+, \d+, more than `match\.max` \(1\): none is written$/,
    );
  });

  it("shows what would be created", async () => {
    const connector = account.open({ when_missing: "create" });
    const requests = await connector.preview([sampleDelivery("nobody")], { live: true, signal });
    assert.ok(requests.at(-1)?.url.endsWith("/batch/create"));
    assert.equal(account.sandbox.contacts.size, 1);
  });

  it("says why nothing would be sent, where it once only said that", async () => {
    const connector = account.open({ match: { property: "chat_user_id", value: "{{ platform }}" } });
    for (const live of [false, true]) {
      const preview = connector.preview([sampleDelivery("jared", { platform: "" })], { live, signal });
      await assert.rejects(preview, /`match.value` came out empty/);
    }
  });

  it("says what stands in the way of a live look-up", async () => {
    account.sandbox.fail({ status: 401, body: { message: "token expired" } });
    const preview = account.open().preview([sampleDelivery("jared")], { live: true, signal });
    await assert.rejects(preview, /refuses the access token \(token expired\)/);
  });
});
