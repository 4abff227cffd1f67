import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Connector, Delivery, Outcome } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import type { Answer, Unsent } from "../../src/delivery/answer.ts";
import { deliverBisecting } from "../../src/delivery/attempt/bisect.ts";
import { tellUnsent } from "../../src/delivery/attempt/sanitize.ts";
import { connectorSuite } from "../kit/conformance.ts";
import { openForTest, testTools, withDefaults } from "../kit/testing.ts";
import { segment } from "./index.ts";
import { type SegmentSandbox, startSegmentSandbox } from "./sandbox.ts";

const WRITE_KEY = "segment-write-key-4711";

connectorSuite({
  type: segment,
  async start() {
    const sandbox = await startSegmentSandbox({ writeKeys: [WRITE_KEY] });
    const settings = { write_key: WRITE_KEY, host: sandbox.url };
    const about = (user: string) => {
      const events = [...sandbox.received.events.values()].filter(({ userId }) => userId === user);
      return events.length === 0 ? undefined : events;
    };
    const astray = { ...settings, host: `${sandbox.url}/elsewhere` };
    return { sandbox, settings, secrets: [WRITE_KEY], holds: () => sandbox.received.events, people: { about }, astray };
  },
  lacks: {
    failing: "its answer says nothing of single events",
    limits: "Segment says so by 429 alone",
    strangers: "an event makes its person known",
  },
});

const forever = () => new AbortController().signal;
/** As the bridge does it: a batch that is refused is halved. */
const deliverSplit = (connector: Connector, deliveries: readonly Delivery[]): Promise<Answer> =>
  deliverBisecting(deliveries, async (part) => tellUnsent(await connector.deliver(part, forever()), part));
const tagsOf = (result: Answer): string[] => outcomesOf(result).map(({ tag }) => tag);
const outcomesOf = (result: Answer): (Outcome | Unsent)[] =>
  "outcomes" in result && result.outcomes !== undefined ? [...result.outcomes.values()] : [];

describe("segment", () => {
  let sandbox: SegmentSandbox;
  before(async () => {
    sandbox = await startSegmentSandbox();
  });
  after(() => sandbox.close());
  /** @param hourly so many requests an hour; any number unless given */
  const open = (settings: Record<string, unknown> = {}, hourly?: number) =>
    openForTest(
      segment,
      { write_key: WRITE_KEY, host: sandbox.url, ...settings },
      { budgets: hourly === undefined ? {} : { default: { requests: hourly, perMs: 3_600_000 } } },
    );

  it("sends the event's own time, the delivery's id and who did what where", async () => {
    const delivery = sampleDelivery("jared", { operator: "admin_7", byAdmin: true, platform: "RESTAPI" });
    await open().deliver([delivery], forever());
    const event = sandbox.received.events.get(delivery.id);
    assert.equal(event?.type, "track");
    assert.equal(event?.event, "Official Account Unsubscribed");
    assert.equal(event?.userId, "jared");
    assert.equal(event?.timestamp, "2026-01-01T00:00:00.123Z");
    assert.deepEqual(event?.properties, {
      official_account: "@TOA#_news",
      operator: "admin_7",
      by_admin: true,
      platform: "RESTAPI",
    });
  });

  it("keeps a user id with spaces at its ends, which it once took for another person's", async () => {
    const delivery = sampleDelivery(" jared ");
    await open().deliver([delivery], forever());
    assert.equal(sandbox.received.events.get(delivery.id)?.userId, " jared ");
  });

  it("sends properties of one's own instead, values as they are", async () => {
    const delivery = sampleDelivery("own-properties");
    await open({ properties: { channel: "chat", score: 3, tags: ["{{ platform }}"] } }).deliver([delivery], forever());
    const expected = { channel: "chat", score: 3, tags: ["iOS"] };
    assert.deepEqual(sandbox.received.events.get(delivery.id)?.properties, expected);
  });

  it("names a re-subscription as one", async () => {
    const delivery = sampleDelivery("back-again", { kind: "subscribed" });
    await open().deliver([delivery], forever());
    assert.equal(sandbox.received.events.get(delivery.id)?.event, "Official Account Subscribed");
  });

  it("sends a full batch in one request, and notes no more than that it was accepted", async () => {
    const deliveries = sampleDeliveries(segment.largestBatch(withDefaults(segment, { write_key: "k" }) as never));
    const { count } = sandbox;
    const result = await open().deliver(deliveries, forever());
    assert.equal(sandbox.count, count + 1);
    assert.equal(outcomesOf(result).length, 500);
    for (const outcome of outcomesOf(result)) {
      assert.deepEqual(outcome, { tag: "delivered", note: "accepted (200)", proof: "accepted" });
    }
  });

  it("cuts a batch that exceeds 500 KB into several requests", async () => {
    const deliveries = Array.from({ length: 40 }, (_, index) =>
      sampleDelivery(`big-${index}`, { officialAccount: "x".repeat(30_000) }),
    );
    const { count } = sandbox;
    const result = await open().deliver(deliveries, forever());
    assert.ok(sandbox.count > count + 1);
    assert.deepEqual(new Set(tagsOf(result)), new Set(["delivered"]));
    for (const { id } of deliveries) assert.ok(sandbox.received.events.has(id));
  });

  it("keeps what was accepted when a later request of the same batch fails", async () => {
    const deliveries = Array.from({ length: 20 }, (_, index) =>
      sampleDelivery(`half-${index}`, { officialAccount: "x".repeat(30_000) }),
    );
    sandbox.fail({ status: 503 }, { when: ({ body }) => body.includes('"half-19"') });
    const result = await open().deliver(deliveries, forever());
    assert.equal(result.tag, "unavailable");
    const accepted = tagsOf(result).filter((tag) => tag === "delivered").length;
    assert.ok(accepted > 0 && accepted < 20, String(accepted));
  });

  it("keeps what was accepted when the rate lets the next request wait for an hour; the others were not tried", async () => {
    const deliveries = Array.from({ length: 20 }, (_, index) =>
      sampleDelivery(`slow-${index}`, { officialAccount: "x".repeat(30_000) }),
    );
    const result = await open({}, 1).deliver(deliveries, forever());
    assert.ok(result.tag === "unavailable" && result.unsent && (result.retryAfterMs ?? 0) > 3_500_000);
    const tags = tagsOf(result);
    assert.ok(tags.length > 0 && tags.length < 20, String(tags.length));
    assert.deepEqual(new Set(tags), new Set(["delivered"]));
  });

  it("counts those as tried that were in a request which was refused, though the rate let no part of it follow", async () => {
    const deliveries = Array.from({ length: 20 }, (_, index) =>
      sampleDelivery(`refused-${index}`, { officialAccount: "x".repeat(30_000) }),
    );
    sandbox.fail({ status: 400 }, { when: ({ body }) => body.includes('"refused-19"') });
    const result = await deliverSplit(open({}, 2), deliveries);
    assert.equal(result.tag, "unavailable");
    // whoever has no outcome in trouble counts as tried as well: none of them is "unsent"
    assert.deepEqual(new Set(tagsOf(result)), new Set(["delivered", "retry"]));
  });

  it("lets the bridge find the culprit when a part of the batch was accepted, and sends nothing accepted twice", async () => {
    const deliveries = Array.from({ length: 20 }, (_, index) =>
      sampleDelivery(`culprit-${index}`, { officialAccount: "x".repeat(30_000) }),
    );
    const { duplicates } = sandbox.received;
    const times = Number.POSITIVE_INFINITY;
    sandbox.fail({ status: 400 }, { times, when: ({ body }) => body.includes('"culprit-18"') });
    const result = await deliverSplit(open(), deliveries);
    sandbox.heal();
    assert.equal(result.tag, "outcomes");
    const rejected = deliveries.filter(
      ({ id }) => "outcomes" in result && result.outcomes?.get(id)?.tag === "rejected",
    );
    assert.deepEqual(
      rejected.map(({ event }) => event.user),
      ["culprit-18"],
    );
    assert.equal(tagsOf(result).filter((tag) => tag === "delivered").length, 19);
    assert.equal(sandbox.received.duplicates, duplicates);
  });

  it("leaves a batch that was refused before anything was accepted to the bridge", async () => {
    for (const status of [400, 413]) {
      sandbox.fail({ status });
      assert.equal((await open().deliver(sampleDeliveries(2), forever())).tag, "batchRejected");
    }
  });

  it("rejects what Segment would answer with 200 and drop, without taking the others along", async () => {
    const nameless = open({ event: "{% if user_id == 'nobody' %} {% else %}Left{% endif %}" });
    const idless = open({ user_id: "{% if user_id == 'nobody' %} {% else %}{{ user_id }}{% endif %}" });
    for (const connector of [nameless, idless]) {
      const [bad, good] = [sampleDelivery("nobody"), sampleDelivery("somebody")];
      const result = await connector.deliver([bad, good], forever());
      assert.ok(result.tag === "outcomes");
      assert.equal(result.outcomes.get(bad.id)?.tag, "rejected");
      assert.equal(result.outcomes.get(good.id)?.tag, "delivered");
    }
    assert.equal(sandbox.received.dropped, 0);
  });

  it("rejects an event over 32 KB before it is sent", async () => {
    const large = sampleDelivery("large", { officialAccount: "é".repeat(20_000) });
    const result = await open().deliver([large, sampleDelivery("small")], forever());
    assert.deepEqual(tagsOf(result), ["rejected", "delivered"]);
  });

  it("rejects a delivery whose template fails, and sends the others", async () => {
    const endless = "{% if user_id == 'bad' %}{% for i in (1..999999999) %}{{ i }}{% endfor %}{% endif %}fine";
    const [bad, good] = [sampleDelivery("bad"), sampleDelivery("good")];
    const result = await open({ properties: { what: endless } }).deliver([bad, good], forever());
    assert.deepEqual(tagsOf(result), ["rejected", "delivered"]);
  });

  it("keeps messageIds within Segment's 100 characters, always the same for a delivery", async () => {
    const delivery = { ...sampleDelivery("long"), id: `${"f".repeat(64)}-${"connector".repeat(5)}` };
    const { duplicates } = sandbox.received;
    for (let time = 0; time < 2; time += 1) {
      const result = await open().deliver([delivery], forever());
      assert.ok(result.tag === "outcomes" && result.outcomes.get(delivery.id)?.tag === "delivered");
    }
    assert.equal(sandbox.received.duplicates, duplicates + 1);
    for (const messageId of sandbox.received.events.keys()) assert.ok(messageId.length <= 100);
  });

  it("makes one request when told to wait: it neither sleeps nor tries again by itself", async () => {
    const { count } = sandbox;
    sandbox.fail({ status: 429, headers: { "retry-after": "1" } }, { times: 5 });
    const result = await open().deliver(sampleDeliveries(2), forever());
    sandbox.heal();
    assert.deepEqual(
      { tag: result.tag, wait: "retryAfterMs" in result && result.retryAfterMs },
      { tag: "unavailable", wait: 1_000 },
    );
    assert.equal(sandbox.count, count + 1);
  });

  it("keeps batches apart that are under way at once", async () => {
    const [one, two] = [sampleDeliveries(10).slice(0, 5), sampleDeliveries(10).slice(5)];
    const connector = open();
    sandbox.fail({ status: 503 }, { when: ({ body }) => body.includes('"user-1"') });
    const [first, second] = await Promise.all([connector.deliver(one, forever()), connector.deliver(two, forever())]);
    assert.equal(first.tag, "unavailable");
    assert.deepEqual(new Set(tagsOf(second)), new Set(["delivered"]));
    assert.equal(outcomesOf(second).length, 5);
  });

  it("previews the very request that it sends, less the write key", async () => {
    const delivery = sampleDelivery("previewed");
    const [preview] = await open().preview([delivery], { live: false, signal: forever() });
    await open().deliver([delivery], forever());
    const sent = sandbox.requests.at(-1);
    const batchOf = (body: unknown) => (body as { batch?: unknown } | undefined)?.batch;
    assert.equal(preview?.url, `${sandbox.url}${sent?.path}`);
    assert.notEqual(batchOf(preview?.body), undefined);
    assert.deepEqual(batchOf(preview?.body), batchOf(JSON.parse(sent?.body ?? "{}")));
  });

  it("previews the same at any time, so that two configurations can be compared by it", async () => {
    const [preview] = await open().preview([sampleDelivery("previewed")], { live: false, signal: forever() });
    const { sentAt } = (preview?.body ?? {}) as { sentAt?: unknown };
    assert.equal(sentAt, "(the time of sending)");
  });

  it("says in its preview why nothing would be sent, where it once only said that", async () => {
    const connector = open({ user_id: "{{ platform }}" });
    const preview = connector.preview([sampleDelivery("jared", { platform: "" })], { live: false, signal: forever() });
    await assert.rejects(preview, /the userId came out empty/);
  });

  it("tells a refused write key from a dead host", async () => {
    sandbox.fail({ status: 401 });
    const [refused] = await open().check(forever());
    assert.deepEqual({ ok: refused?.ok, setting: refused?.setting }, { ok: false, setting: "write_key" });
  });

  it("says in its check what a wrong region does, and where to see that events arrive", async () => {
    const findings = await openForTest(segment, { write_key: "k", host: sandbox.url }).check(forever());
    assert.ok(!findings.some(({ setting }) => setting === "region"), "a host of one's own has no region");
    const connector = segment.open(withDefaults(segment, { write_key: "k", region: "eu" }) as never, {
      ...testTools(),
      fetch: async () => ({ status: 200, headers: new Headers(), text: '{"success":true}', retryAfterMs: undefined }),
    });
    const region = (await connector.check(forever())).find(({ setting }) => setting === "region");
    assert.equal(region?.ok, "warning");
    assert.match(
      region?.what ?? "",
      /lives in region eu: a wrong one is answered 200 as well, and every event is dropped/,
    );
    assert.match(region?.todo ?? "", /look for it within a minute in Connections → Sources → your source → Debugger/);
  });
});

describe("segment: servers that speak its API", () => {
  const answers: readonly (readonly [what: string, body: unknown, tag: string])[] = [
    ["RudderStack's OK", "OK", "delivered"],
    ["Jitsu's count", { ok: true, receivedEvents: 2, okEvents: 2 }, "delivered"],
    ["Segment's success", { success: true }, "delivered"],
    ["Jitsu's refusal, with status 200", { ok: false, receivedEvents: 2, okEvents: 1, errors: ["no"] }, "retry"],
    ["a count that falls short", { ok: true, receivedEvents: 2, okEvents: 1 }, "retry"],
    ["success that is not", { success: false }, "retry"],
    ["nothing", "", "retry"],
    ["null", "null", "retry"],
  ];
  for (const [what, body, tag] of answers) {
    it(`takes ${what} for ${tag}`, async () => {
      const sandbox = await startSegmentSandbox();
      sandbox.fail({ status: 200, body });
      const connector = openForTest(segment, { write_key: "k", host: sandbox.url });
      assert.deepEqual(tagsOf(await connector.deliver(sampleDeliveries(2), forever())), [tag, tag]);
      await sandbox.close();
    });
  }
});

describe("segment: settings", () => {
  const lint = (settings: Record<string, unknown>) =>
    segment.lint?.(withDefaults(segment, { write_key: "k", ...settings }) as never) ?? [];
  const destination = (settings: Record<string, unknown>) =>
    segment.destination(withDefaults(segment, { write_key: "k", ...settings }) as never);

  it("sends to the region's host, the US one unless set", () => {
    assert.equal(destination({}), "https://api.segment.io/v1/batch");
    assert.equal(destination({ region: "eu" }), "https://events.eu1.segmentapis.com/v1/batch");
    assert.equal(destination({ host: "https://data.example/segment/" }), "https://data.example/segment/v1/batch");
  });

  it("refuses region and host together, and hosts that are no base URL", () => {
    assert.deepEqual(lint({ region: "eu", host: "https://data.example" })[0]?.path, ["region"]);
    for (const host of [
      "data.example",
      "ftp://data.example",
      "https://key:@data.example",
      "https://data.example?x=1",
    ]) {
      assert.deepEqual(lint({ host })[0]?.path, ["host"], host);
    }
  });

  it("warns of a write key that would travel unencrypted, except to this machine", () => {
    assert.equal(lint({ host: "http://data.example" })[0]?.severity, "warning");
    assert.deepEqual(lint({ host: "http://127.0.0.1:9000" }), []);
  });
});
