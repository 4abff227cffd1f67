/** What Customer.io answers, and what it would overwrite, make or resubscribe. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { DeliverResult } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { deliverBisecting } from "../../src/delivery/attempt/bisect.ts";
import { tellUnsent } from "../../src/delivery/attempt/sanitize.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { openForTest } from "../kit/testing.ts";
import { customerio } from "./index.ts";
import { type CustomerIoSandbox, startCustomerIoSandbox } from "./sandbox.ts";
import { APP_KEY, isBatch, KEY, SITE, settingsFor, TOPIC, tagsOf } from "./testing.ts";

const forever = () => new AbortController().signal;
const [one, two] = [sampleDelivery("user-1"), sampleDelivery("user-2")];
const isLookUp = ({ path }: { readonly path: string }) => path === "/v1/customers/attributes";

let sandbox: CustomerIoSandbox;
before(async () => {
  const people = sampleDeliveries(100).map(({ event }) => event.user);
  sandbox = await startCustomerIoSandbox({ credentials: `${SITE}:${KEY}`, appKey: APP_KEY, people });
});
afterEach(() => sandbox.heal());
after(() => sandbox.close());

const open = (settings: object = {}, url = sandbox.url) =>
  openForTest(customerio, { ...settingsFor(url), ...settings });
const deliver = (settings: object, ...deliveries: (typeof one)[]) => open(settings).deliver(deliveries, forever());
const tagOf = (result: DeliverResult, { id }: typeof one) =>
  "outcomes" in result ? result.outcomes?.get(id)?.tag : undefined;

describe("customerio: a write", () => {
  it("takes no credit beyond that Customer.io has taken it", async () => {
    const result = await deliver({}, one);
    assert.ok(result.tag === "outcomes");
    assert.deepEqual(result.outcomes.get(one.id), {
      ...{ tag: "delivered", note: "taken by Customer.io (200)", proof: "accepted" },
    });
  });

  it("writes each topic by its own path, so that others stay as they are", async () => {
    await deliver({ topics: [3, 4] }, one);
    const sent = JSON.parse(sandbox.requests.findLast(isBatch)?.body ?? "{}");
    const { attributes } = sent.batch[0];
    assert.equal(attributes[TOPIC], false);
    assert.equal(attributes["cio_subscription_preferences.topics.topic_4"], false);
    assert.equal(attributes.cio_subscription_preferences, undefined);
  });

  it("switches everything off only where it is told to, and never on again", async () => {
    const back = sampleDelivery("user-2", { kind: "subscribed" });
    await deliver({}, one);
    assert.equal(sandbox.people.get("user-1")?.unsubscribed, undefined);
    await deliver({ unsubscribe_everywhere: true }, one, two);
    await deliver({ unsubscribe_everywhere: true }, back);
    assert.deepEqual(
      ["user-1", "user-2"].map((id) => sandbox.people.get(id)?.unsubscribed),
      [true, true],
    );
    assert.equal(sandbox.people.get("user-2")?.[TOPIC], true);
    const nothing = { unsubscribe_everywhere: true, topics: [], attributes: {} };
    const { count } = sandbox;
    const result = await deliver(nothing, back);
    // and says that Customer.io was not asked: it may be out of reach
    assert.deepEqual([tagsOf(result), sandbox.count], [["skipped"], count]);
    assert.ok(result.tag === "outcomes" && "unsent" in (result.outcomes.get(back.id) ?? {}));
  });

  it("makes nobody unless it is told to", async () => {
    const stranger = sampleDelivery("a-stranger");
    assert.deepEqual(tagsOf(await deliver({}, stranger)), ["unmatched"]);
    assert.equal(sandbox.people.has("a-stranger"), false);
    assert.deepEqual(tagsOf(await deliver({ unknown_people: "create" }, stranger)), ["delivered"]);
    assert.ok(sandbox.people.has("a-stranger"));
  });

  it("asks for a hundred people and writes them by two requests, by more where they would be too large", async () => {
    const many = sampleDeliveries(100);
    const { count } = sandbox;
    assert.deepEqual(new Set(tagsOf(await deliver({}, ...many))), new Set(["delivered"]));
    assert.equal(sandbox.count, count + 2);
    const large = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, "x".repeat(900)]));
    assert.deepEqual(new Set(tagsOf(await deliver({ attributes: large }, ...many))), new Set(["delivered"]));
    assert.equal(sandbox.count, count + 6);
  });

  it("rejects what would be more than 32 KB of one person before it is sent", async () => {
    const big = sampleDelivery("user-1", { officialAccount: "x".repeat(40_000) });
    const result = await deliver({ attributes: { what: "{{ official_account }}" } }, big, two);
    assert.deepEqual([tagOf(result, big), tagOf(result, two)], ["rejected", "delivered"]);
  });
});

describe("customerio: an answer that is no success", () => {
  it("takes a 200 that says anything for none of Customer.io's", async () => {
    const odd = [
      { message: "please sign in" },
      { meta: { error: "no" } },
      { errors: [], message: "no" },
      { errors: "no" },
    ];
    for (const body of [...odd, [], "null", "OK", ""]) {
      sandbox.fail({ status: 200, body }, { when: isBatch });
      const result = await deliver({}, one, two);
      assert.ok(!tagsOf(result).includes("delivered"), JSON.stringify(body));
      assert.notEqual(result.tag, "batchRejected", JSON.stringify(body));
    }
  });

  it("takes an empty list of errors for success, as an empty answer, or none at all", async () => {
    for (const [status, errors] of [
      [200, []],
      [207, []],
      [200, null],
    ] as const) {
      sandbox.fail({ status, body: { errors } }, { when: isBatch });
      assert.deepEqual(tagsOf(await deliver({}, one, two)), ["delivered", "delivered"]);
    }
  });

  it("believes an error in a 200 as in a 207", async () => {
    const errors = [{ batch_index: 1, reason: "invalid", field: "attributes" }];
    sandbox.fail({ status: 200, body: { errors } }, { when: isBatch });
    const result = await deliver({}, one, two);
    assert.deepEqual([tagOf(result, one), tagOf(result, two)], ["delivered", "rejected"]);
  });

  it("tries again whom an error that passes by is about", async () => {
    const errors = [{ batch_index: 0, reason: "rate limit", message: "try again" }];
    sandbox.fail({ status: 207, body: { errors } }, { when: isBatch });
    const result = await deliver({}, one, two);
    assert.deepEqual([tagOf(result, one), tagOf(result, two)], ["retry", "delivered"]);
    sandbox.fail({ status: 207, body: { errors: [{ message: "internal error" }] } }, { when: isBatch });
    assert.deepEqual(tagsOf(await deliver({}, one)), ["retry"]);
  });

  it("finds the one whom an error without a place is about", async () => {
    const deliveries = sampleDeliveries(5);
    const isAbout = ({ path, body }: { path: string; body: string }) => isBatch({ path }) && /"user-4"/.test(body);
    sandbox.fail({ status: 207, body: { errors: [{ reason: "invalid" }] } }, { ...EVERY_TIME, when: isAbout });
    const connector = open();
    const result = await deliverBisecting(deliveries, async (part) =>
      tellUnsent(await connector.deliver(part, forever()), part),
    );
    assert.ok(result.tag === "outcomes");
    const tags = deliveries.map(({ id }) => result.outcomes.get(id)?.tag);
    assert.deepEqual(tags, ["delivered", "delivered", "delivered", "rejected", "delivered"]);
  });

  it("leaves a 400 to the bridge, and blames the App API's alone on nobody", async () => {
    const body = { meta: { error: "attribute name cannot be longer than 150 bytes" } };
    sandbox.fail({ status: 400, body }, { when: isBatch });
    assert.equal((await deliver({}, one, two)).tag, "batchRejected");
    sandbox.fail({ status: 400, body }, { when: isLookUp });
    assert.equal((await deliver({}, one, two)).tag, "unavailable");
  });

  it("says which of both keys was refused", async () => {
    for (const [when, code] of [
      [isBatch, "customerio_key"],
      [isLookUp, "customerio_app_key"],
    ] as const) {
      sandbox.fail({ status: 401, body: { meta: { error: "Unauthorized" } } }, { when });
      const result = await deliver({}, one);
      assert.ok(result.tag === "credentialsRefused");
      assert.match(JSON.stringify(result.reason.values), new RegExp(`"code":"${code}"`));
    }
  });
});

describe("customerio: asking who is known", () => {
  const strangers = [sampleDelivery("stranger-1"), sampleDelivery("stranger-2")] as const;
  const lookUps = () => sandbox.requests.filter(isLookUp).map(({ body }) => JSON.parse(body).ids as string[]);
  const answering = (customers: readonly unknown[], times = 1) =>
    sandbox.fail({ status: 200, body: { customers } }, { when: isLookUp, times });

  it("reads customers as the documentation has them, each inside of an item, and as others have seen them", async () => {
    const id = "user-1";
    for (const customer of [
      { id },
      { attributes: { id } },
      { identifiers: { id } },
      { id: null, identifiers: { id } },
    ]) {
      for (const item of [{ customer }, customer]) {
        const before = lookUps().length;
        answering([item]);
        assert.deepEqual(tagsOf(await deliver({}, one)), ["delivered"], JSON.stringify(item));
        // one that was not understood would be asked about once more
        assert.equal(lookUps().length, before + 1, JSON.stringify(item));
      }
    }
  });

  it("asks once more about whom an answer leaves out, by themselves, and writes whoever is known after all", async () => {
    answering([{ customer: { id: "user-1" } }]);
    const before = lookUps().length;
    const result = await deliver({}, one, two, strangers[0]);
    const tags = [one, two, strangers[0]].map((each) => tagOf(result, each));
    assert.deepEqual(tags, ["delivered", "delivered", "unmatched"]);
    assert.deepEqual(lookUps().slice(before), [
      ["user-1", "user-2", "stranger-1"],
      ["user-2", "stranger-1"],
    ]);
  });

  it("takes nobody for unknown by an answer that names somebody else, or nobody that can be told", async () => {
    for (const item of [{ customer: { id: "USER-2" } }, { customer: { email: "a@example.com" } }, null, "user-2"]) {
      answering([{ customer: { id: "user-1" } }, item]);
      answering([item]);
      const result = await deliver({}, one, strangers[0]);
      assert.deepEqual(
        [one, strangers[0]].map((each) => tagOf(result, each)),
        ["delivered", "retry"],
        JSON.stringify(item),
      );
    }
  });

  it("shows with --live whom it would write, and nobody else", async () => {
    const alone = await open().preview([sampleDelivery("nobody-1")], { live: true, signal: forever() });
    assert.deepEqual([alone.length, alone[0]?.note], [1, "nobody-1: not known"]);
    const [, write] = await open().preview([one, sampleDelivery("nobody-1")], { live: true, signal: forever() });
    assert.match(JSON.stringify(write?.body), /user-1/);
    assert.doesNotMatch(JSON.stringify(write?.body), /nobody-1/);
  });

  it("writes nobody where the second answer is trouble", async () => {
    answering([]);
    sandbox.fail({ status: 429, headers: { "retry-after": "3" } }, { when: isLookUp });
    const { count } = sandbox;
    const result = await deliver({}, ...strangers);
    assert.ok(result.tag === "unavailable" && result.retryAfterMs === 3_000);
    assert.equal(sandbox.count, count + 2);
  });
});

describe("customerio: check --live", () => {
  it("finds an EU account whose data would travel through the United States, which is answered with success", async () => {
    const eu = await startCustomerIoSandbox({ region: "eu", people: ["user-1"] });
    const connector = open({ base_url: `${eu.url}/us` });
    assert.deepEqual(tagsOf(await connector.deliver([one], forever())), ["delivered"]);
    const [finding] = await connector.check(forever());
    assert.deepEqual([finding?.ok, finding?.todo, finding?.setting], [false, "set `region: eu`", "region"]);
    await eu.close();
  });

  it("finds a US account that is looked for in the EU, where it takes nothing, by either name of the region", async () => {
    const astray = { region: "eu", base_url: `${sandbox.url}/eu` };
    const found = async () => (await open(astray).check(forever()))[0];
    assert.deepEqual([(await found())?.ok, (await found())?.todo], [false, "set `region: us`"]);
    sandbox.fail({ status: 200, body: { data_center: "us", environment_id: 1 } });
    assert.equal((await found())?.todo, "set `region: us`");
  });

  it("tells the key that may not write from the one that may not ask", async () => {
    const [key] = await open({ api_key: "another-key" }).check(forever());
    assert.deepEqual([key?.ok, key?.setting], [false, "api_key"]);
    const appKey = (await open({ app_api_key: "another-key" }).check(forever())).find(({ ok }) => ok === false);
    assert.equal(appKey?.setting, "app_api_key");
  });

  it("says that topics are not asked for", async () => {
    const found = await open().check(forever());
    assert.deepEqual(
      found.filter(({ ok }) => ok === "warning").map(({ setting }) => setting),
      ["topics"],
    );
  });
});
