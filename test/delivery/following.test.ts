/** What whoever follows a person is shown of requests and answers, and what delivery pays for it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redactor } from "../../src/config/credentials/redact.ts";
import type { Delivery, FollowedRequest } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type ExchangeStep, openExchanges } from "../../src/delivery/following/exchanges.ts";

const TOKEN = "pat-eu1-very-secret-token";
const nobodyBegins = () => undefined;

function setUp() {
  let now = 0;
  const exchanges = openExchanges({ redact: redactor([TOKEN]), clock: () => 1_800_000_000_000, monotonic: () => now });
  /** A call of a connector, with one request and its answer. */
  const call = (deliveries: readonly Delivery[], request: Partial<FollowedRequest>, text = "", connector = "crm") => {
    const { signal } = new AbortController();
    exchanges.called(connector, deliveries, signal);
    const asked = { method: "POST", url: "https://api.example/v3", headers: {}, body: "", ...request };
    exchanges.request(asked, signal)({ status: 200, headers: {}, text });
  };
  const turn = (ms: number) => {
    now += ms;
  };
  const steps = (user: string, after = 0) => exchanges.since(user, after, nobodyBegins)?.steps ?? [];
  return { exchanges, call, steps, turn };
}

const bodyOf = (step: ExchangeStep | undefined) => {
  if (step?.tag === "request") return step.request.body;
  return step?.tag === "answer" ? step.answer.body : undefined;
};

describe("somebody who is followed", () => {
  it("is seen in each request and its answer, and nobody else is", () => {
    const { call, steps } = setUp();
    steps("jared");
    call([sampleDelivery("leckie")], { body: '{"user":"leckie"}' });
    call([sampleDelivery("jared")], { body: '{"user":"jared"}' }, '{"ok":true}');
    const seen = steps("jared");
    assert.deepEqual(
      seen.map(({ tag, connector }) => `${connector} ${tag}`),
      ["crm request", "crm answer"],
    );
    assert.deepEqual(JSON.parse(bodyOf(seen[0]) ?? ""), { user: "jared" });
    assert.deepEqual(JSON.parse(bodyOf(seen[1]) ?? ""), { ok: true });
  });

  it("is shown once: whoever asks goes on from where they were", () => {
    const { exchanges, call, steps } = setUp();
    steps("jared");
    call([sampleDelivery("jared")], {});
    const next = exchanges.since("jared", 0, nobodyBegins)?.next ?? 0;
    call([sampleDelivery("jared")], { url: "https://api.example/second" });
    const [first] = steps("jared", next);
    assert.equal(first?.tag === "request" && first.request.url, "https://api.example/second");
  });

  it("shows no secret: none of the configuration in any encoding, no header or field that is named as one, no query", () => {
    const { call, steps } = setUp();
    steps("jared");
    const basic = Buffer.from(`${TOKEN}:`).toString("base64");
    call(
      [sampleDelivery("jared")],
      {
        url: `https://me:password1234@api.example/v3?key=value1234`,
        headers: { authorization: `Bearer other-token`, "x-note": basic, "content-type": "application/json" },
        body: JSON.stringify({
          said: `token ${TOKEN}`,
          api_key: "another-key",
          see: "https://a.example/x?sig=abcd1234",
          client_assertion: "eyJ-assertion",
          client_assertion_type: "jwt-bearer",
          recovery_tokens: ["first-token", { kept: "second" }],
          fields: [{ name: "api_key", value: "value-of-a-pair" }],
          "X-Amz-Signature": "signed-request",
        }),
      },
      JSON.stringify({ access_token: "fresh-token", message: `refused: ${TOKEN}` }),
    );
    const text = JSON.stringify(steps("jared"));
    const planted = ["eyJ-assertion", "first-token", "value-of-a-pair", "signed-request"];
    for (const secret of [TOKEN, basic, "other-token", "another-key", "fresh-token", "1234", ...planted]) {
      assert.ok(!text.includes(secret), `${secret} shows in ${text}`);
    }
    assert.match(text, /jwt-bearer/);
    assert.match(text, /application\/json/);
    assert.match(text, /https:\/\/api\.example\/v3\?key=…/);
  });

  it("is shown without the others of a batch, by whatever id a destination knows them", () => {
    const { exchanges, steps } = setUp();
    steps("jared");
    const batch = [sampleDelivery("jared"), sampleDelivery("leckie"), sampleDelivery("penn")];
    const { signal } = new AbortController();
    exchanges.called("crm", batch, signal);
    const ask = (sent: unknown, answer: unknown) =>
      exchanges.request(
        { method: "POST", url: "https://api.example", headers: {}, body: JSON.stringify(sent) },
        signal,
      )({ status: 200, headers: {}, text: JSON.stringify(answer) });
    const records = ["jared", "leckie", "penn"].map((user, index) => ({
      id: `10${index}`,
      properties: { chat: user },
    }));
    ask({ properties: ["chat"], inputs: batch.map(({ event }) => ({ id: event.user })) }, { results: records });
    // from here on only record ids
    ask({ inputs: [{ id: "100" }, { id: "101" }] }, { results: [{ id: "100" }, { id: "101" }, { id: "102" }] });
    const bodies = steps("jared").map((step) => JSON.parse(bodyOf(step) ?? ""));
    assert.deepEqual(bodies, [
      { properties: ["chat"], inputs: [{ id: "jared" }, "… 2 about others"] },
      { results: [records[0], "… 2 about others"] },
      { inputs: [{ id: "100" }, "… 1 about others"] },
      { results: [{ id: "100" }, "… 2 about others"] },
    ]);
  });

  it("is shown without the others where these are names of what is said of them, or stand in a sentence", () => {
    const batch = [sampleDelivery("jared"), sampleDelivery("leckie"), sampleDelivery("jared.penn")];
    const [own, other] = batch.map(({ id }) => id);
    const answers: readonly (readonly [answer: string, shown: unknown])[] = [
      [
        JSON.stringify({ results: { [own ?? ""]: "ok", [other ?? ""]: "unknown" } }),
        { results: { [own ?? ""]: "ok", "…": "1 about others" } },
      ],
      [
        JSON.stringify({ errors: { jared: "no", LECKIE: "no", "jared.penn": "no" } }),
        { errors: { jared: "no", "…": "2 about others" } },
      ],
      [
        JSON.stringify({ message: `unknown: jared, id:leckie, (${other}). Ask jared.penn.` }),
        { message: "unknown: jared, id:(another), ((another)). Ask (another)." },
      ],
      ["no such users: leckie; jared", "no such users: (another); jared"],
    ];
    for (const [text, shown] of answers) {
      const { call, steps } = setUp();
      steps("jared");
      call(batch, { body: JSON.stringify(batch.map(({ id }) => ({ id }))) }, text);
      const body = bodyOf(steps("jared")[1]) ?? "";
      assert.deepEqual(typeof shown === "string" ? body : JSON.parse(body), shown);
    }
  });

  it("is not taken for those whom they have removed: who did it is not whom it happened to", () => {
    const { call, steps } = setUp();
    steps("jared");
    const batch = [sampleDelivery("jared"), sampleDelivery("leckie", { operator: "jared" })];
    const events = batch.map(({ id, event }) => ({ messageId: id, userId: event.user, operator: "jared" }));
    call(batch, { body: JSON.stringify({ batch: events }) });
    assert.deepEqual(JSON.parse(bodyOf(steps("jared")[0]) ?? ""), { batch: [events[0], "… 1 about others"] });
  });

  it("is shown why there was no answer", () => {
    const { exchanges, steps } = setUp();
    steps("jared");
    const { signal } = new AbortController();
    exchanges.called("crm", [sampleDelivery("jared")], signal);
    const request = { method: "GET", url: "https://api.example", headers: {}, body: "" };
    exchanges.request(request, signal)({ error: new Error(`no answer within 10 s (${TOKEN})`) });
    const [, last] = steps("jared");
    assert.equal(last?.tag === "noAnswer" && last.why, "no answer within 10 s (***)");
  });

  it("takes a bounded place: long bodies are cut, old steps are forgotten and counted", () => {
    const { exchanges, call, steps } = setUp();
    steps("jared");
    for (let index = 0; index < 100; index += 1) call([sampleDelivery("jared")], { body: "x".repeat(100_000) });
    const found = exchanges.since("jared", 0, nobodyBegins);
    assert.equal(found?.steps.length, 100);
    assert.equal(found?.missed, 100);
    assert.ok(JSON.stringify(found).length < 500_000);
    assert.match(JSON.stringify(found), /… \(96000 more characters\)/);
  });
});

describe("nobody who follows", () => {
  it("costs nothing: of a request nothing is read", () => {
    const { exchanges } = setUp();
    const { signal } = new AbortController();
    exchanges.called("crm", [sampleDelivery("jared")], signal);
    const untouched = new Proxy({} as FollowedRequest, {
      get: () => assert.fail("somebody has read the request"),
    });
    exchanges.request(untouched, signal)({ status: 200, headers: {}, text: "" });
    assert.equal(exchanges.isAsked(), false);
  });

  it("is who has not asked for ten seconds", () => {
    const { exchanges, call, steps, turn } = setUp();
    steps("jared");
    turn(10_001);
    call([sampleDelivery("jared")], {});
    assert.equal(exchanges.isAsked(), false);
    assert.deepEqual(steps("jared"), []);
  });

  it("keeps others from nothing: so many persons are followed at once, and whoever follows one more is told", () => {
    const { exchanges } = setUp();
    for (let index = 0; index < 8; index += 1) assert.ok(exchanges.since(`user-${index}`, 0, nobodyBegins));
    assert.equal(exchanges.since("one-more", 0, nobodyBegins), undefined);
  });

  it("is in the audit once, when it begins", () => {
    const { exchanges } = setUp();
    let begun = 0;
    const onBegin = () => {
      begun += 1;
    };
    for (let look = 0; look < 3; look += 1) exchanges.since("jared", 0, onBegin);
    assert.equal(begun, 1);
  });
});

describe("whatever a connector sends or throws", () => {
  it("breaks no delivery: what cannot be shown is left out", () => {
    const { exchanges, steps } = setUp();
    steps("jared");
    const { signal } = new AbortController();
    exchanges.called("crm", [sampleDelivery("jared")], signal);
    const broken = {
      get url(): string {
        throw new Error("nobody reads this");
      },
    };
    const request = { method: "GET", headers: {}, body: "", ...Object.create(broken), url: "::" };
    const tell = exchanges.request(request, signal);
    tell({
      error: {
        get message(): string {
          throw new Error("nor this");
        },
      },
    });
    exchanges.request(Object.create(broken), signal)({ status: 200, headers: {}, text: "" });
    assert.equal(steps("jared")[0]?.tag, "request");
  });
});
