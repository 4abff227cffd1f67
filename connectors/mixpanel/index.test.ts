import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { connectorSuite } from "../kit/conformance.ts";
import type { SandboxAnswer } from "../kit/sandbox.ts";
import { openForTest, withDefaults } from "../kit/testing.ts";
import { insertIdOf, isPerson } from "./event.ts";
import { mixpanel } from "./index.ts";
import { type MixpanelSandbox, startMixpanelSandbox } from "./sandbox.ts";
import { ACCOUNT, deliver, eventsOf, PROJECT, SECRET, settingsFor, tagsOf, wordsOf } from "./testing.ts";

connectorSuite({
  type: mixpanel,
  async start() {
    const sandbox = await startMixpanelSandbox({ account: ACCOUNT, secret: SECRET, project: PROJECT });
    const settings = settingsFor(sandbox);
    const of = (user: string) =>
      [...sandbox.events.values()].filter(({ properties }) => properties.distinct_id === user);
    return {
      sandbox,
      settings,
      secrets: [SECRET],
      holds: () => [...sandbox.events],
      people: { about: (user) => (of(user).length === 0 ? undefined : of(user)) },
      astray: { ...settings, base_url: `${sandbox.url}/another-region` },
    };
  },
  failing(answer, request, user) {
    const events = eventsOf(request);
    const index = events.findIndex(({ properties }) => properties.distinct_id === user);
    const insert_id = events[index]?.properties.$insert_id;
    const failed_records = [{ index, insert_id, field: "properties.operator", message: "no" }];
    const body = { code: 400, failed_records, num_records_imported: events.length - 1, status: "Bad Request" };
    return { ...answer, status: 400, body };
  },
  refuses: (user) => !isPerson(user),
  lacks: { limits: "Mixpanel says so by 429 alone", strangers: "an event makes its person known" },
});

describe("mixpanel", () => {
  let sandbox: MixpanelSandbox;
  before(async () => {
    sandbox = await startMixpanelSandbox({ account: ACCOUNT, secret: SECRET });
  });
  after(() => sandbox.close());
  const open = (settings: Readonly<Record<string, unknown>> = {}) =>
    openForTest(mixpanel, { ...settingsFor(sandbox), ...settings });
  const [ada, bob, eve] = ["ada", "bob", "eve"].map((user) => sampleDelivery(user)) as [
    ReturnType<typeof sampleDelivery>,
    ReturnType<typeof sampleDelivery>,
    ReturnType<typeof sampleDelivery>,
  ];
  const answering = async (answer: SandboxAnswer) => {
    sandbox.fail(answer);
    const result = await deliver(open(), ada, bob, eve);
    return { result, tags: tagsOf(result, ada, bob, eve) };
  };
  const body = (num_records_imported: number, failed_records: readonly object[] = []) => ({
    code: failed_records.length === 0 ? 200 : 400,
    num_records_imported,
    failed_records,
  });
  const failed = (delivery: { id: string }, index: number, name = "insert_id") => ({
    index,
    [name]: insertIdOf(delivery.id),
    field: "properties.operator",
    message: "should be valid utf8",
  });

  it("sends the person's own time, and an id of 36 signs that is always the same for a delivery", async () => {
    const delivery = sampleDelivery("jared", { operator: "admin_7", byAdmin: true });
    await deliver(open(), delivery);
    await deliver(open(), { ...delivery, attempts: 3 });
    const [event, again] = [...sandbox.events.values()].filter(({ properties }) => properties.distinct_id === "jared");
    const { time, $insert_id, ...rest } = event?.properties ?? {};
    assert.equal(time, 1_767_225_600_123);
    assert.match(String($insert_id), /^[0-9a-f]{36}$/);
    assert.deepEqual([event?.event, rest.operator, rest.by_admin], ["Official Account Unsubscribed", "admin_7", true]);
    assert.equal(again, undefined);
  });

  it("asks Mixpanel to be strict, for the project", async () => {
    await deliver(open(), ada);
    const { path, query } = sandbox.requests.at(-1) ?? {};
    assert.deepEqual([path, query?.get("strict"), query?.get("project_id")], ["/import", "1", String(PROJECT)]);
  });

  it("believes a count that is as large as what was sent, and no other", async () => {
    assert.deepEqual((await answering({ status: 200, body: body(3) })).tags, ["delivered", "delivered", "delivered"]);
    for (const count of [2, 0, 4]) {
      const { result, tags } = await answering({ status: 200, body: body(count) });
      assert.deepEqual(tags, ["retry", "retry", "retry"], String(count));
      assert.match(wordsOf(result.outcomes?.get(ada.id)), new RegExp(`imported ${count} of 3 events`));
    }
  });

  it("refuses whom a 400 names, and the rest is imported", async () => {
    for (const name of ["insert_id", "$insert_id"]) {
      const { result, tags } = await answering({ status: 400, body: body(2, [failed(bob, 1, name)]) });
      assert.deepEqual(tags, ["delivered", "rejected", "delivered"]);
      assert.match(wordsOf(result.outcomes?.get(bob.id)), /refuses the event for properties\.operator/);
    }
  });

  it("goes by its ids where places are others, and by places where there are no ids", async () => {
    assert.deepEqual((await answering({ status: 400, body: body(2, [failed(eve, 0)]) })).tags.at(2), "rejected");
    const placed = await answering({ status: 400, body: body(2, [{ index: 0, message: "no" }]) });
    assert.deepEqual(placed.tags, ["rejected", "delivered", "delivered"]);
  });

  it("tries all again where a 400 names somebody who was not sent, or does not add up", async () => {
    const stranger = await answering({ status: 400, body: body(2, [failed({ id: "another" }, 1)]) });
    assert.deepEqual(stranger.tags, ["retry", "retry", "retry"]);
    const beside = await answering({ status: 200, body: body(3, [failed({ id: "another" }, 1)]) });
    assert.deepEqual(beside.tags, ["retry", "retry", "retry"]);
    const short = await answering({ status: 400, body: body(1, [failed(bob, 1)]) });
    assert.deepEqual(short.tags, ["retry", "rejected", "retry"]);
    const twice = await answering({ status: 400, body: body(1, [failed(bob, 1), failed(bob, 1)]) });
    assert.deepEqual(twice.tags, ["retry", "rejected", "retry"]);
  });

  it("tries all again where what names the failed is no list, and whom an error that passes by is about", async () => {
    const odd = { ...body(3), code: 400, failed_records: { 0: failed(ada, 0) } } as unknown as ReturnType<typeof body>;
    assert.deepEqual((await answering({ status: 400, body: odd })).tags, ["retry", "retry", "retry"]);
    const passing = { ...failed(bob, 1), message: "internal error, try again" };
    assert.deepEqual((await answering({ status: 400, body: body(2, [passing]) })).tags, [
      "delivered",
      "retry",
      "delivered",
    ]);
  });

  it("lets the bridge find what spoils a whole request", async () => {
    for (const status of [400, 413]) {
      const { result } = await answering({ status, body: { code: status, error: "malformed", status: "Bad Request" } });
      assert.equal(result.tag, "batchRejected");
    }
  });

  it("sends nothing of whom Mixpanel would take for nobody, or for somebody else", async () => {
    const before = sandbox.count;
    for (const [user, why] of [
      ["null", /takes no "null" as a distinct_id/],
      ["0", /takes no "0"/],
      ["x".repeat(256), /has 256 characters/],
    ] as const) {
      const delivery = sampleDelivery(user);
      const result = await deliver(open(), delivery);
      assert.deepEqual(tagsOf(result, delivery), ["rejected"], user);
      assert.match(wordsOf("outcomes" in result ? result.outcomes?.get(delivery.id) : undefined), why);
    }
    assert.equal(sandbox.count, before);
    const named = sampleDelivery("null");
    const prefixed = await deliver(open({ distinct_id: "chat-{{ user_id }}" }), named);
    assert.deepEqual(tagsOf(prefixed, named), ["delivered"]);
  });

  it("cuts a batch that exceeds 2 MB into several requests", async () => {
    const deliveries = Array.from({ length: 30 }, (_, index) =>
      sampleDelivery(`big-${index}`, { officialAccount: "x".repeat(90_000) }),
    );
    const before = sandbox.count;
    assert.deepEqual(new Set(tagsOf(await deliver(open(), ...deliveries), ...deliveries)), new Set(["delivered"]));
    assert.equal(sandbox.count, before + 2);
  });

  it("says what a refused account may mean, and where to look", async () => {
    const refused = await deliver(open({ secret: "another-secret" }), ada);
    assert.equal(refused.tag, "credentialsRefused");
    assert.match(wordsOf(refused), /service account .* or the project lives in another region/);
    const [finding] = await open({ secret: "another-secret" }).check(new AbortController().signal);
    assert.deepEqual([finding?.ok, finding?.setting], [false, "secret"]);
    const findings = await open().check(new AbortController().signal);
    assert.deepEqual(
      findings.map(({ ok }) => ok),
      [true, "warning"],
    );
  });
});

describe("mixpanel: settings", () => {
  const base = { project_id: 1, region: "in", service_account: "a", secret: "s" };
  const complete = (settings: object) => withDefaults(mixpanel, { ...base, ...settings }) as never;
  const lint = (settings: object) => mixpanel.lint?.(complete(settings)) ?? [];

  it("wants a region, and knows the host of each", () => {
    assert.throws(() => withDefaults(mixpanel, { ...base, region: undefined }));
    for (const [region, host] of [
      ["us", "https://api.mixpanel.com"],
      ["eu", "https://api-eu.mixpanel.com"],
      ["in", "https://api-in.mixpanel.com"],
    ]) {
      assert.equal(mixpanel.destination(complete({ region })), `${host}/project/1`);
    }
  });

  it("leaves to the bridge by what Mixpanel knows an event", () => {
    assert.deepEqual(lint({}), []);
    for (const name of ["time", "distinct_id", "$insert_id"]) {
      assert.deepEqual(lint({ properties: { [name]: "x" } })[0]?.path, ["properties", name]);
    }
    assert.deepEqual(lint({ base_url: "api.mixpanel.com" })[0]?.path, ["base_url"]);
  });
});

describe("the stand-in for Mixpanel", () => {
  it("imports what is well, and names what is not, as Mixpanel documents it", async () => {
    const sandbox = await startMixpanelSandbox();
    const well = { time: Date.now(), distinct_id: "ada", $insert_id: "a-1" };
    const events = [
      { event: "x", properties: well },
      { event: "", properties: well },
      { event: "x", properties: { ...well, time: Date.now() + 7_200_000 } },
      { event: "x", properties: { ...well, time: "2026" } },
      { event: "x", properties: { ...well, distinct_id: "anonymous" } },
      { event: "x", properties: { ...well, $insert_id: "x".repeat(37) } },
      { event: "x", properties: { ...well, $insert_id: "a_1" } },
    ];
    const answer = await fetch(`${sandbox.url}/import?strict=1&project_id=1`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` },
      body: JSON.stringify(events),
    });
    const said = (await answer.json()) as { num_records_imported: number; failed_records: { index: number }[] };
    await sandbox.close();
    assert.equal(answer.status, 400);
    assert.equal(said.num_records_imported, 1);
    assert.deepEqual(
      said.failed_records.map(({ index }) => index),
      [1, 2, 3, 4, 5, 6],
    );
  });
});
