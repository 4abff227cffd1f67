/** What becomes of persons by the answers of an API, and what a request carries. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Connector, DeliverResult, Delivery, EventKind } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import type { SandboxAnswer, SandboxRequest } from "../kit/sandbox.ts";
import { startSandbox } from "../kit/sandbox.ts";
import { openForTest } from "../kit/testing.ts";
import { http } from "./index.ts";
import { startLoyaltySandbox } from "./sandbox.ts";

const forever = () => new AbortController().signal;
const LOOPBACK = { allow_http: true, allow_private_network: true };

function tagsOf(result: DeliverResult): string[] {
  return "outcomes" in result ? [...(result.outcomes?.values() ?? [])].map(({ tag }) => tag) : [];
}

function reasonOf(result: DeliverResult) {
  const [outcome] = "outcomes" in result ? (result.outcomes?.values() ?? []) : [];
  return outcome !== undefined && "reason" in outcome ? outcome.reason : "reason" in result ? result.reason : undefined;
}

/** An API that answers as the test says, and a connector to it. */
async function withApi(
  settings: (url: string) => Readonly<Record<string, unknown>>,
  act: (api: Api) => Promise<void>,
): Promise<void> {
  const seen: SandboxRequest[] = [];
  let answer: SandboxAnswer = { status: 200, body: { state: "updated" } };
  const sandbox = await startSandbox((request) => {
    seen.push(request);
    return answer;
  });
  const answers = [{ status: 200, where: { state: "updated" }, means: "delivered" }];
  const connector = openForTest(http, { url: `${sandbox.url}/x`, answers, ...LOOPBACK, ...settings(sandbox.url) });
  try {
    await act({
      seen,
      connector,
      async meet(next, deliveries = [sampleDelivery()]) {
        answer = next;
        return await connector.deliver(deliveries, forever());
      },
    });
  } finally {
    await connector.close?.();
    await sandbox.close();
  }
}

interface Api {
  readonly seen: readonly SandboxRequest[];
  readonly connector: Connector;
  meet(answer: SandboxAnswer, deliveries?: readonly Delivery[]): Promise<DeliverResult>;
}

describe("an answer of a JSON API", () => {
  const rules = [
    { status: 200, where: { "user.id": "{{ user_id }}", code: [0, 7] }, means: "delivered" },
    { status: 202, body: "ignored", means: "delivered" },
    { status: 403, where: { code: "RATE_LIMITED" }, means: "retry" },
    { status: 409, where: { code: "GONE" }, means: "unmatched" },
    { status: [400, 422], means: "rejected", message: "error.detail" },
  ];
  const judged = (answer: SandboxAnswer) =>
    new Promise<DeliverResult>((resolve, reject) => {
      withApi(
        () => ({ answers: rules }),
        async ({ meet }) => resolve(await meet(answer)),
      ).catch(reject);
    });

  const cases: readonly (readonly [what: string, answer: SandboxAnswer, expected: string])[] = [
    [
      "whose values are all as a rule wants them",
      { status: 200, body: { user: { id: "jared" }, code: 7 } },
      "delivered",
    ],
    ["about somebody else", { status: 200, body: { user: { id: "JARED" }, code: 0 } }, "retry"],
    ["whose number is a text", { status: 200, body: { user: { id: "jared" }, code: "7" } }, "retry"],
    ["without the value", { status: 200, body: { user: { id: "jared" } } }, "retry"],
    ["that no rule names", { status: 201, body: { user: { id: "jared" }, code: 0 } }, "retry"],
    ["by which a person is unknown", { status: 409, body: { code: "GONE" } }, "unmatched"],
    ["with the same status and another word", { status: 409, body: { code: "LOCKED" } }, "retry"],
    ["that refuses what was sent", { status: 422, body: { error: { detail: "no such channel" } } }, "rejected"],
  ];
  for (const [what, answer, expected] of cases) {
    it(`${what} means ${expected}`, async () => assert.deepEqual(tagsOf(await judged(answer)), [expected]));
  }

  it("quotes the API's own reason, from where the rule says it stands", async () => {
    const reason = reasonOf(await judged({ status: 422, body: { error: { detail: "no such channel" } } }));
    assert.deepEqual([reason?.message, reason?.code], ["no such channel", "http_meaning"]);
    assert.match(reason?.words ?? "", /^HTTP 422: by rule 5 of `answers`/);
  });

  it("is not parsed where it is nested deeper, or made of less, than answers are", async () => {
    const good = { user: { id: "jared" }, code: 7 };
    const deep = `${"[".repeat(100)}${"]".repeat(100)}`;
    for (const costly of [`[${deep}${`,"${"x".repeat(100)}"`.repeat(200)}]`, `[${"1,".repeat(20_000)}1]`]) {
      const body = `${JSON.stringify(good).slice(0, -1)},"more":${costly}}`;
      assert.equal(JSON.parse(body).code, good.code);
      const result = await judged({ status: 200, headers: { "content-type": "application/json" }, body });
      assert.deepEqual(tagsOf(result), ["retry"]);
      assert.match(reasonOf(result)?.words ?? "", /too much to read/);
    }
  });

  it("is whole with its head where it is 204, whatever a server sends behind that", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.write("HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nnull"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const answers = [{ status: 204, body: "ignored", means: "delivered" }];
    const connector = openForTest(http, { url, answers, ...LOOPBACK });
    for (const user of ["one", "two"]) {
      assert.deepEqual(tagsOf(await connector.deliver([sampleDelivery(user)], forever())), ["delivered"]);
    }
    await connector.close?.();
    server.close();
  });

  it("that is no JSON is told so", async () => {
    assert.match(
      reasonOf(await judged({ status: 201, body: "done" }))?.words ?? "",
      /this is no JSON, in which a value/,
    );
    assert.match(
      reasonOf(await judged({ status: 201, body: {} }))?.words ?? "",
      /no rule of `answers` names this answer/,
    );
  });

  it("proves no more than that it was taken where it is 202", async () => {
    const result = await judged({ status: 202 });
    const [outcome] = result.tag === "outcomes" ? result.outcomes.values() : [];
    assert.deepEqual(outcome?.tag === "delivered" && outcome.proof, "accepted");
  });

  it("is a limit where a rule says so of a 403, and the credentials' fault otherwise", async () => {
    const headers = { "retry-after": "30" };
    const limit = await judged({ status: 403, headers, body: { code: "RATE_LIMITED" } });
    assert.deepEqual([limit.tag, "retryAfterMs" in limit && limit.retryAfterMs], ["unavailable", 30_000]);
    assert.equal((await judged({ status: 403, body: { code: "FORBIDDEN" } })).tag, "credentialsRefused");
  });
});

describe("an answer that was cut", () => {
  it("delivers nobody, though its status would and nothing else is looked at", async () => {
    const sandbox = await startSandbox(() => ({ status: 200 }));
    const answers = [{ status: 200, body: "ignored", means: "delivered" }];
    const connector = openForTest(http, { url: `${sandbox.url}/x`, answers, ...LOOPBACK });
    assert.deepEqual(tagsOf(await connector.deliver([sampleDelivery()], forever())), ["delivered"]);
    sandbox.fail("cut");
    assert.deepEqual(tagsOf(await connector.deliver([sampleDelivery()], forever())), ["retry"]);
    await connector.close?.();
    await sandbox.close();
  });
});

describe("a request to a JSON API", () => {
  it("puts an id into the path whole, whatever stands in it, and sends none that would lead elsewhere", () =>
    withApi(
      (url) => ({ url: `${url}/m/{{ user_id | url_encode }}/c?by={{ operator | url_encode }}` }),
      async ({ seen, meet, connector }) => {
        await meet({ status: 200, body: { state: "updated" } }, [
          sampleDelivery("a/../b?c#d e+f", { operator: "x&y=z" }),
        ]);
        assert.equal(seen[0]?.path, "/m/a%2F..%2Fb%3Fc%23d%20e%2Bf/c");
        assert.equal(seen[0]?.query.get("by"), "x&y=z");
        for (const user of [".", ".."]) {
          assert.deepEqual(tagsOf(await connector.deliver([sampleDelivery(user)], forever())), ["rejected"]);
        }
        assert.equal(seen.length, 1);
      },
    ));

  it("is signed over the time and the body", () =>
    withApi(
      () => ({
        body: { user: "{{ user_id }}" },
        auth: { hmac: { secret: "a-secret", header: "X-Sig", timestamp_header: "x-at", prefix: "v1=" } },
      }),
      async ({ seen, meet }) => {
        await meet({ status: 200, body: { state: "updated" } });
        const [{ headers, body }] = seen as [SandboxRequest];
        const expected = createHmac("sha256", "a-secret").update(`${headers["x-at"]}.${body}`).digest("hex");
        assert.equal(headers["x-sig"], `v1=${expected}`);
      },
    ));

  it("has the delivery's id for a key, the same when it comes again", () =>
    withApi(
      () => ({ headers: { "Idempotency-Key": "{{ delivery_id }}" } }),
      async ({ seen, meet }) => {
        for (const status of [503, 200]) await meet({ status, body: { state: "updated" } });
        assert.deepEqual(
          seen.map(({ headers }) => headers["idempotency-key"]),
          [sampleDelivery().id, sampleDelivery().id],
        );
      },
    ));

  it("reaches no inner address unless that is permitted, nor does its token", async () => {
    for (const [url, token_url] of [
      ["https://10.0.0.7/x", "https://10.0.0.7/t"],
      ["https://api.example.invalid/x", "https://127.0.0.1/t"],
      // by name, as anybody may have one that leads inside
      ["https://api.example.invalid/x", "https://localhost/t"],
    ] as const) {
      const oauth2_client_credentials = { token_url, client_id: "c", client_secret: "a-client-secret" };
      const answers = [{ status: 204, body: "ignored", means: "delivered" }];
      const connector = openForTest(http, { url, auth: { oauth2_client_credentials }, answers });
      const result = await connector.deliver([sampleDelivery()], forever());
      assert.equal(result.tag, "unavailable");
      assert.match(reasonOf(result)?.words ?? "", /is not public .*allow_private_network/);
      await connector.close?.();
    }
  });
});

describe("a token for a JSON API", () => {
  const client = { id: "client", secret: "client-secret-4711" };
  let api: Awaited<ReturnType<typeof startLoyaltySandbox>>;
  let connector: Connector;
  before(async () => {
    api = await startLoyaltySandbox({ client });
    const { url } = api;
    const token = { token_url: `${url}/oauth/token`, client_id: client.id, client_secret: client.secret };
    connector = openForTest(http, {
      url: `${url}/v2/members/{{ user_id | url_encode }}/consents`,
      method: "PATCH",
      auth: { oauth2_client_credentials: token },
      body: { channel: "chat", subscribed: false, changed_at: "{{ event_time }}" },
      answers: [{ status: 200, where: { "result.state": "updated" }, means: "delivered" }],
      ...LOOPBACK,
    });
  });
  after(async () => {
    await connector.close?.();
    await api.close();
  });
  const deliver = (user: string) => connector.deliver([sampleDelivery(user)], forever());

  it("is asked for once for all who need it at the same time", async () => {
    const results = await Promise.all(["a", "b", "c"].map(deliver));
    assert.deepEqual(results.flatMap(tagsOf), ["delivered", "delivered", "delivered"]);
    assert.equal(api.received.granted, 1);
  });

  it("is renewed once when it has ended, and nobody has to be sent again", async () => {
    api.tokens.clear();
    assert.deepEqual(tagsOf(await deliver("d")), ["delivered"]);
    assert.equal(api.received.granted, 2);
  });

  it("that is refused though it is new pauses the connector, without a loop", async () => {
    const { count } = api;
    api.fail({ status: 401, body: { code: "NO_RIGHT" } }, { times: 5, when: ({ path }) => path.startsWith("/v2/") });
    assert.equal((await deliver("e")).tag, "credentialsRefused");
    api.heal();
    // two writes, and one new token between them
    assert.equal(api.count, count + 3);
  });

  it("that cannot be had sends nobody, and is no attempt of theirs", async () => {
    api.tokens.clear();
    api.fail({ status: 401 }, { times: 1, when: ({ path }) => path.startsWith("/v2/") });
    api.fail({ status: 503, headers: { "retry-after": "9" } }, { when: ({ path }) => path === "/oauth/token" });
    const result = await deliver("f");
    const { tag, unsent, retryAfterMs } = { unsent: undefined, retryAfterMs: undefined, ...result };
    assert.deepEqual([tag, unsent, retryAfterMs], ["unavailable", true, 9_000]);
  });
});

describe("many in one request to a JSON API", () => {
  const settings = (url: string) => ({
    url: `${url}/batch`,
    body: { id: "{{ user_id }}" },
    batch: { size: 10, body: { all: "{{ items }}", n: 1 }, results: { at: "done.results", id: "ref" } },
    answers: [
      { status: [200, 207], where: { state: "ok" }, means: "delivered" },
      { status: 207, where: { state: "unknown" }, means: "unmatched" },
      { status: 400, means: "rejected" },
    ],
  });
  const three = sampleDeliveries(3);
  const results = (...all: readonly unknown[]) => ({ done: { results: all } });

  it("is answered by id: in any order, and whoever is not named, or named twice, is tried again", () =>
    withApi(settings, async ({ seen, meet }) => {
      const ok = (ref: string) => ({ ref, state: "ok" });
      const body = results({ ref: "user-3", state: "unknown" }, ok("user-2"), ok("user-2"), ok("user-9"));
      assert.deepEqual(tagsOf(await meet({ status: 207, body }, three)), ["retry", "retry", "unmatched"]);
      assert.deepEqual(JSON.parse(seen[0]?.body ?? ""), {
        all: [{ id: "user-1" }, { id: "user-2" }, { id: "user-3" }],
        n: 1,
      });
    }));

  it("is answered by a list that is all of the answer, where no place of it is named", () =>
    withApi(
      (url) => {
        const { batch, ...rest } = settings(url);
        return { ...rest, batch: { ...batch, results: { id: "ref" } } };
      },
      async ({ meet }) => {
        const body = ["user-2", "user-1"].map((ref) => ({ ref, state: "ok" }));
        assert.deepEqual(tagsOf(await meet({ status: 200, body }, three)), ["delivered", "delivered", "retry"]);
        const wrapped = await meet({ status: 200, body: { results: body } }, three);
        assert.deepEqual(tagsOf(wrapped), ["retry", "retry", "retry"]);
      },
    ));

  it("tells last that somebody has left, of two changes of theirs at one moment", () =>
    withApi(
      (url) => ({ ...settings(url), body: { id: "{{ user_id }}", event: "{{ event }}" } }),
      async ({ seen, meet }) => {
        const changed = (kind: EventKind) => sampleDelivery("user-1", { kind, eventTime: 1_767_225_600_000 });
        const both = [changed("unsubscribed"), changed("subscribed")];
        const answer = { status: 200, body: results({ ref: "user-1", state: "ok" }) };
        for (const batch of [both, both.toReversed()]) await meet(answer, batch);
        const told = seen.map(({ body }) => JSON.parse(body).all[0].event);
        assert.deepEqual(told, ["subscribed", "unsubscribed", "subscribed", "unsubscribed"]);
      },
    ));

  it("delivers nobody by a status alone, and finds the culprit where all are refused", () =>
    withApi(settings, async ({ meet }) => {
      assert.deepEqual(tagsOf(await meet({ status: 200, body: { state: "ok" } }, three)), ["retry", "retry", "retry"]);
      assert.equal((await meet({ status: 400, body: { error: "x" } }, three)).tag, "batchRejected");
      assert.deepEqual(tagsOf(await meet({ status: 400, body: { error: "x" } }, three.slice(1, 2))), ["rejected"]);
      assert.deepEqual(tagsOf(await meet({ status: 200, body: { state: "ok" } }, three.slice(1, 2))), ["retry"]);
    }));
});
