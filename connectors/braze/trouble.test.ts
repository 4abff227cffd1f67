/** What Braze answers, and what it leaves out. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { DeliverResult, Outcome } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { deliverBisecting } from "../../src/delivery/attempt/bisect.ts";
import { tellUnsent } from "../../src/delivery/attempt/sanitize.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { openForTest } from "../kit/testing.ts";
import { braze } from "./index.ts";
import { type BrazeSandbox, startBrazeSandbox } from "./sandbox.ts";
import { GROUP, isTrack, KEY, tagsOf } from "./testing.ts";

const forever = () => new AbortController().signal;
const [one, two] = [sampleDelivery("user-1"), sampleDelivery("user-2")];
const isLookUp = ({ path }: { readonly path: string }) => path === "/users/export/ids";

let sandbox: BrazeSandbox;
before(async () => {
  const profiles = sampleDeliveries(200).map(({ event }) => event.user);
  sandbox = await startBrazeSandbox({ key: KEY, profiles, groups: [GROUP] });
});
afterEach(() => sandbox.heal());
after(() => sandbox.close());

const open = (settings: object = {}, url = sandbox.url) =>
  openForTest(braze, { api_key: KEY, endpoint: url, attributes: { chat: "{{ event }}" }, ...settings });
const deliver = (settings: object = {}, ...deliveries: (typeof one)[]) => open(settings).deliver(deliveries, forever());
const reasonIn = (result: DeliverResult) => {
  const outcomes = "outcomes" in result ? [...(result.outcomes?.values() ?? [])] : [];
  const reasons = outcomes.flatMap((outcome: Outcome) => ("reason" in outcome ? [outcome.reason] : []));
  return reasons[0] ?? ("reason" in result ? result.reason : assert.fail("no reason"));
};

describe("braze: a write", () => {
  it("takes no credit beyond that Braze has queued it", async () => {
    const result = await deliver({}, one);
    assert.ok(result.tag === "outcomes");
    assert.deepEqual(result.outcomes.get(one.id), {
      tag: "delivered",
      note: "queued by Braze (201)",
      proof: "accepted",
    });
  });

  it("never creates a profile unless it is told to", async () => {
    const stranger = sampleDelivery("a-stranger");
    assert.deepEqual(tagsOf(await deliver({ unknown_users: "ignore" }, stranger)), ["delivered"]);
    assert.deepEqual([sandbox.profiles.has("a-stranger"), sandbox.passedOver], [false, 1]);
    assert.deepEqual(tagsOf(await deliver({ unknown_users: "create" }, stranger)), ["delivered"]);
    assert.ok(sandbox.profiles.has("a-stranger"));
  });

  it("sends as many profiles in a request as Braze takes, and larger ones in several", async () => {
    const settings = { unknown_users: "create", attributes: { what: "{{ official_account }}" } };
    const many = sampleDeliveries(75).map(({ event }) =>
      sampleDelivery(event.user, { officialAccount: "x".repeat(90_000) }),
    );
    const { count } = sandbox;
    assert.deepEqual(new Set(tagsOf(await deliver(settings, ...many))), new Set(["delivered"]));
    assert.equal(sandbox.count, count + 2);
    assert.deepEqual(new Set(tagsOf(await deliver({ unknown_users: "create" }, ...many))), new Set(["delivered"]));
    assert.equal(sandbox.count, count + 3);
  });

  it("keeps what was queued when a later request of the same batch meets trouble", async () => {
    const settings = { unknown_users: "create", attributes: { what: "{{ official_account }}" } };
    const many = sampleDeliveries(75).map(({ event }) =>
      sampleDelivery(event.user, { officialAccount: "x".repeat(90_000) }),
    );
    sandbox.fail({ status: 503 }, { when: ({ body }) => body.includes('"user-75"') });
    const result = await deliver(settings, ...many);
    assert.equal(result.tag, "unavailable");
    assert.deepEqual(new Set(tagsOf(result)), new Set(["delivered"]));
  });

  it("rejects attributes that Braze would find too large before they are sent", async () => {
    const large = sampleDelivery("user-1", { officialAccount: "x".repeat(60_000) });
    const attributes = { what: "{{ official_account }}", again: "{{ official_account }}" };
    const result = await deliver({ attributes }, large, two);
    assert.deepEqual(tagsOf(result), ["rejected", "delivered"]);
    assert.match(reasonIn(result).words, /121 KB: Braze takes 100 KB/);
  });
});

describe("braze: an answer that is no success", () => {
  const nothing: readonly (readonly [what: string, body: unknown])[] = [
    ["an empty body", ""],
    ["a message of another kind", { message: "queued" }],
    ["a message of another kind that counts everybody", { message: "queued for review", attributes_processed: 2 }],
    ["a success without a count", { message: "success" }],
    ["a count that falls short", { message: "success", attributes_processed: 1 }],
    ["errors that are no list", { message: "success", attributes_processed: 2, errors: { 1: "not valid" } }],
    ["an error that is a text", { message: "success", attributes_processed: 2, errors: "not valid" }],
  ];
  for (const [what, body] of nothing) {
    it(`takes ${what} for nothing, with 201`, async () => {
      sandbox.fail({ status: 201, body }, { when: isTrack });
      const result = await deliver({}, one, two);
      assert.equal(tagsOf(result).includes("delivered"), false);
      assert.ok(result.tag === "unavailable" || tagsOf(result).every((tag) => tag === "retry"));
    });
  }

  it("finds the one whom errors without a place are about, as older instances write them", async () => {
    const deliveries = sampleDeliveries(5);
    const isAbout = ({ path, body }: { path: string; body: string }) => path === "/users/track" && /user-4"/.test(body);
    const answer = { message: "success", attributes_processed: 0, errors: ["The value provided is not valid"] };
    sandbox.fail({ status: 201, body: answer }, { ...EVERY_TIME, when: isAbout });
    const connector = open();
    const result = await deliverBisecting(deliveries, async (part) =>
      tellUnsent(await connector.deliver(part, forever()), part),
    );
    assert.ok(result.tag === "outcomes");
    const tags = deliveries.map(({ id }) => result.outcomes.get(id)?.tag);
    assert.deepEqual(tags, ["delivered", "delivered", "delivered", "rejected", "delivered"]);
  });

  it("tries again whom an error that passes by is about, with its place or alone in its request", async () => {
    const passing = { type: "Internal error, please try again", input_array: "attributes", index: 0 };
    const answer = { message: "success", attributes_processed: 1, errors: [passing] };
    sandbox.fail({ status: 201, body: answer }, { when: isTrack });
    assert.deepEqual(tagsOf(await deliver({}, one, two)), ["retry", "delivered"]);
    sandbox.fail({ status: 201, body: { ...answer, errors: [passing.type] } }, { when: isTrack });
    assert.deepEqual(tagsOf(await deliver({}, one)), ["retry"]);
  });

  it("rejects whom a 400 names by place, and leaves the others to be tried by themselves", async () => {
    const errors = [{ type: "bad", input_array: "attributes", index: 1 }];
    sandbox.fail({ status: 400, body: { message: "Valid data must be provided", errors } }, { when: isTrack });
    const result = await deliver({}, one, two);
    assert.ok(result.tag === "batchRejected");
    assert.deepEqual(
      [...(result.outcomes ?? [])].map(([id, { tag }]) => [id, tag]),
      [[two.id, "rejected"]],
    );
  });

  it("refuses the groups that Braze does not know, whoever it is about", async () => {
    const groups = ["00000000-0000-4000-8000-000000000000"];
    const result = await deliver({ subscription_groups: groups }, one, two);
    assert.deepEqual(tagsOf(result), ["rejected", "rejected"]);
    assert.match(reasonIn(result).message ?? "", /invalid subscription group/);
  });

  it("suggests to ask who is known where a count falls short and nobody was asked", async () => {
    sandbox.fail({ status: 201, body: { message: "success", attributes_processed: 1 } }, { when: isTrack });
    const result = await deliver({ unknown_users: "ignore" }, one, two);
    assert.deepEqual(tagsOf(result), ["retry", "retry"]);
    assert.equal(reasonIn(result).code, "braze_fewer_unchecked");
  });
});

describe("braze: asking who is known", () => {
  it("tries again whom the answer does not mention, and writes nothing of them", async () => {
    // whom it has in both lists it says nothing about
    const users = [{ external_id: "user-1" }, { external_id: "user-2" }];
    const body = { message: "success", users, invalid_user_ids: ["user-2"] };
    sandbox.fail({ status: 201, body: { message: "success", users: users.slice(0, 1) } }, { when: isLookUp });
    assert.deepEqual(tagsOf(await deliver({}, one, two)).sort(), ["delivered", "retry"]);
    sandbox.fail({ status: 201, body }, { when: isLookUp });
    const result = await deliver({}, one, two);
    assert.ok(result.tag === "outcomes");
    assert.deepEqual(
      [one, two].map(({ id }) => result.outcomes.get(id)?.tag),
      ["delivered", "retry"],
    );
  });

  it("shows with --live whom it would write, and nobody else", async () => {
    const preview = (live: boolean) => open().preview([one, sampleDelivery("nobody-1")], { live, signal: forever() });
    const written = (requests: Awaited<ReturnType<typeof preview>>) => JSON.stringify(requests.at(-1)?.body);
    assert.match(written(await preview(false)), /nobody-1/);
    assert.match(written(await preview(true)), /user-1/);
    assert.doesNotMatch(written(await preview(true)), /nobody-1/);
    const alone = await open().preview([sampleDelivery("nobody-1")], { live: true, signal: forever() });
    assert.deepEqual([alone.length, alone[0]?.note], [1, "nobody-1: not known"]);
  });

  it("takes an id in another case for another person", async () => {
    const body = { message: "success", users: [{ external_id: "USER-1" }], invalid_user_ids: ["user-1"] };
    sandbox.fail({ status: 201, body }, { when: isLookUp });
    assert.deepEqual(tagsOf(await deliver({}, one)), ["unmatched"]);
  });

  it("asks for ids alone: nothing else of a profile comes here", async () => {
    await deliver({}, one);
    const asked = sandbox.requests.findLast(isLookUp);
    assert.deepEqual(JSON.parse(asked?.body ?? "{}").fields_to_export, ["external_id"]);
  });
});

describe("braze: check --live", () => {
  it("tells an API key that may not write from one that may not ask", async () => {
    const key = { key: KEY, groups: [GROUP] };
    const [writing, asking] = await Promise.all([
      startBrazeSandbox({ ...key, permissions: ["users.export.ids"] }),
      startBrazeSandbox({ ...key, permissions: ["users.track"] }),
    ]);
    const [noWrite] = await open({}, writing.url).check(forever());
    assert.deepEqual([noWrite?.ok, noWrite?.setting], [false, "api_key"]);
    const found = await open({}, asking.url).check(forever());
    assert.match(found.find(({ ok }) => ok === false)?.todo ?? "", /users\.export\.ids/);
    await Promise.all([writing.close(), asking.close()]);
  });

  it("takes a 400 that speaks of the key for no sign that it is well", async () => {
    sandbox.fail({ status: 400, body: { message: "Invalid API key" } });
    assert.equal((await open().check(forever()))[0]?.ok, false);
    assert.equal((await open().check(forever()))[0]?.ok, true);
  });

  it("says what nobody can ask: people who are passed over, and whether groups exist", async () => {
    const found = await open({ unknown_users: "ignore", subscription_groups: [GROUP] }).check(forever());
    const warnings = found.filter(({ ok }) => ok === "warning").map(({ setting }) => setting);
    assert.deepEqual(warnings, ["unknown_users", "subscription_groups"]);
  });

  it("takes a firewall's page for no refusal of Braze", async () => {
    sandbox.fail({ status: 403, headers: { "content-type": "text/html" }, body: "<html><title>Blocked</title>" });
    const [finding] = await open().check(forever());
    assert.deepEqual([finding?.ok, finding?.setting], [false, "endpoint"]);
  });
});
