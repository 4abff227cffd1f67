/** The stand-in is as strict as HubSpot: what it let pass, every other test here would let pass too. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { FREE_ACCOUNT } from "./sandbox/limits.ts";
import { type HubSpotSandbox, startHubSpotSandbox } from "./sandbox.ts";
import { deliver, startAccount } from "./testing.ts";

/** As much of an answer as is looked at here. */
interface Json {
  readonly category: string;
  readonly policyName: string;
  readonly message: string;
  readonly total: number;
  readonly paging?: unknown;
  readonly results: readonly { readonly new: boolean; readonly properties: Readonly<Record<string, string>> }[];
  readonly errors: readonly { readonly context: Readonly<Record<string, readonly string[]>> }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

async function call(url: string, method: string, body?: unknown, token = "t"): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

describe("the HubSpot sandbox", () => {
  let sandbox: HubSpotSandbox;
  before(async () => {
    sandbox = await startHubSpotSandbox({
      token: "t",
      contacts: [{ chat_user_id: "jared", email: "jared@example.com" }, "Leckie"],
      properties: [{ name: "loose" }, { name: "left_on", type: "date" }, { name: "fixed", readOnly: true }],
    });
  });
  after(() => sandbox.close());

  const batch = (verb: string, body: unknown) =>
    call(`${sandbox.url}/crm/v3/objects/contacts/batch/${verb}`, "POST", body);
  const search = (body: object) => call(`${sandbox.url}/crm/v3/objects/contacts/search`, "POST", body);
  const where = (operator: string, more: object) => ({
    filterGroups: [{ filters: [{ propertyName: "loose", operator, ...more }] }],
    properties: ["loose"],
  });
  const id = (user: string) => sandbox.contactOf(user)?.hs_object_id ?? "";

  it("refuses other tokens", async () => {
    const answer = await call(`${sandbox.url}/account-info/v3/details`, "GET", undefined, "other");
    assert.deepEqual([answer.status, answer.body.category], [401, "INVALID_AUTHENTICATION"]);
  });

  it("reads by a unique property or e-mail without case, and lists whom it does not know", async () => {
    const inputs = [{ id: "leckie" }, { id: "nobody" }];
    const answer = await batch("read", { idProperty: "chat_user_id", inputs, properties: ["chat_user_id"] });
    assert.equal(answer.status, 207);
    assert.equal(answer.body.results[0]?.properties.chat_user_id, "Leckie");
    assert.deepEqual(answer.body.errors[0]?.context.ids, ["nobody"]);
    const byEmail = await batch("read", { idProperty: "email", inputs: [{ id: "JARED@example.com" }], properties: [] });
    assert.equal(byEmail.status, 200);
  });

  it("refuses a property that is not unique, or hs_object_id, as idProperty", async () => {
    assert.equal((await batch("read", { idProperty: "loose", inputs: [{ id: "x" }] })).status, 400);
    for (const idProperty of ["loose", "hs_object_id"]) {
      const answer = await batch("update", { inputs: [{ id: "x", idProperty, properties: {} }] });
      assert.equal(answer.body.message, "Unable to perform update/upsert by non-unique 0-1 property");
    }
  });

  it("refuses a batch that names a contact twice, and one of more than 100", async () => {
    const twice = [
      { id: id("jared"), properties: {} },
      { id: id("jared"), properties: {} },
    ];
    assert.match((await batch("update", { inputs: twice })).body.message, /^Duplicate IDs/);
    const many = Array.from({ length: 101 }, (_, index) => ({ id: String(index), properties: {} }));
    assert.equal((await batch("update", { inputs: many })).status, 400);
  });

  it("refuses the whole batch for one bad value, and writes nothing", async () => {
    for (const [name, value, code] of [
      ["chat_subscription", "gone", "INVALID_OPTION"],
      ["unknown", "x", "PROPERTY_DOESNT_EXIST"],
      ["fixed", "x", "READ_ONLY_VALUE"],
      ["left_on", "2026-01-01T10:00:00Z", "INVALID_DATE"],
      ["chat_unsubscribed_at", "yesterday", "INVALID_DATE"],
    ] as const) {
      const good = { id: id("Leckie"), properties: { firstname: "L" } };
      const answer = await batch("update", { inputs: [good, { id: id("jared"), properties: { [name]: value } }] });
      assert.equal(answer.status, 400, name);
      assert.match(answer.body.message, new RegExp(code));
      assert.equal(sandbox.contactOf("Leckie")?.firstname, undefined);
    }
  });

  it("names unknown record ids and their trace ids in a 207", async () => {
    const inputs = [{ id: "1", properties: { firstname: "x" }, objectWriteTraceId: "trace-1" }];
    const answer = await batch("update", { inputs });
    assert.equal(answer.status, 207);
    assert.deepEqual(answer.body.errors[0]?.context, { ids: ["1"], objectWriteTraceId: ["trace-1"] });
  });

  it("creates, refuses what exists, and upserts", async () => {
    const created = await batch("create", { inputs: [{ properties: { chat_user_id: "fresh" } }] });
    assert.equal(created.status, 201);
    const again = await batch("create", { inputs: [{ properties: { chat_user_id: "FRESH" } }] });
    assert.deepEqual([again.status, again.body.category], [409, "CONFLICT"]);
    const input = { idProperty: "chat_user_id", properties: { firstname: "x" } };
    const answer = await batch("upsert", {
      inputs: [
        { ...input, id: "fresh" },
        { ...input, id: "fresher" },
      ],
    });
    assert.deepEqual(
      answer.body.results.map((each) => each.new),
      [false, true],
    );
  });

  it("searches without case, wants values in lower case, and pages by ten", async () => {
    for (let index = 0; index < 25; index += 1) sandbox.add({ loose: "Many" });
    assert.equal((await search(where("IN", { values: ["Many"] }))).body.total, 0);
    const first = await search(where("IN", { values: ["many"] }));
    assert.deepEqual([first.body.total, first.body.results.length], [25, 10]);
    const last = await search({ ...where("IN", { values: ["many"] }), after: "20" });
    assert.deepEqual([last.body.results.length, last.body.paging], [5, undefined]);
  });

  it("refuses pages over 200, results beyond 10,000 and bodies over 3,000 characters", async () => {
    const query = where("HAS_PROPERTY", {});
    assert.equal((await search({ ...query, limit: 201 })).status, 400);
    assert.equal((await search({ ...query, limit: 200, after: "9900" })).status, 400);
    assert.equal((await search(where("IN", { values: ["x".repeat(3_000)] }))).status, 400);
  });

  it("lets search lag behind what was written", async () => {
    let now = 1_000_000;
    const lagging = await startHubSpotSandbox({
      properties: [{ name: "loose" }],
      contacts: [{ loose: "old" }],
      indexLagMs: 5_000,
      clock: () => now,
    });
    const total = async (value: string) =>
      (await call(`${lagging.url}/crm/v3/objects/contacts/search`, "POST", where("EQ", { value }))).body.total;
    lagging.add({ loose: "new" });
    assert.deepEqual([await total("old"), await total("new")], [1, 0]);
    now += 5_000;
    assert.equal(await total("new"), 1);
    await lagging.close();
  });
});

describe("the HubSpot sandbox's limits", () => {
  it("are real windows, named in refusals and counted in headers", async () => {
    let now = 0;
    const sandbox = await startHubSpotSandbox({ limits: { ...FREE_ACCOUNT, perTenSeconds: 2 }, clock: () => now });
    const ask = () => call(`${sandbox.url}/account-info/v3/details`, "GET");
    assert.equal((await ask()).headers.get("x-hubspot-ratelimit-remaining"), "1");
    assert.equal((await ask()).status, 200);
    const refused = await ask();
    assert.deepEqual([refused.status, refused.body.policyName], [429, "TEN_SECONDLY_ROLLING"]);
    now += 10_000;
    assert.equal((await ask()).status, 200);
    await sandbox.close();
  });

  it("count searches by themselves", async () => {
    const account = await startAccount({ limits: { searchesPerSecond: 1 }, clock: () => 0 });
    const connector = account.open({ match: { property: "loose_id" } });
    assert.equal((await deliver(connector, sampleDelivery("one"))).tag, "outcomes");
    const result = await deliver(connector, sampleDelivery("two"));
    assert.ok(result.tag === "unavailable" && result.reason.category === "SECONDLY");
    await account.sandbox.close();
  });

  it("forbid what the token has no scope for", async () => {
    const account = await startAccount({
      contacts: ["jared"],
      scopes: ["crm.objects.contacts.read", "crm.schemas.contacts.read"],
    });
    const result = await deliver(account.open(), sampleDelivery("jared"));
    assert.ok(result.tag === "credentialsRefused");
    assert.match(result.reason.words, /crm\.objects\.contacts\.write/);
    await account.sandbox.close();
  });
});
