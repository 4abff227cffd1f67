import assert from "node:assert/strict";
import { createServer as createTcpServer } from "node:net";
import { after, before, describe, it } from "node:test";
import type { DeliverResult, PreviewRequest } from "../../src/connector.ts";
import { asRecord, sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { connectorSuite } from "../kit/conformance.ts";
import { openForTest, withDefaults } from "../kit/testing.ts";
import { webhook, webhookIn } from "./index.ts";
import { startWebhookSandbox, type WebhookSandbox } from "./sandbox.ts";

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
const SECRET = secretOf("a");
const OTHER_SECRET = secretOf("b");
const LOOPBACK = { allow_http: true, allow_private_network: true };

for (const [variant, batch] of [
  ["one by one", 1],
  ["in batches", 400],
] as const) {
  connectorSuite({
    type: webhook,
    variant,
    // its answer is the status line: by Standard Webhooks any 2xx is success, whatever becomes of the body
    unreadable: "delivered",
    env: { PARTNER_WEBHOOK_SECRET: SECRET },
    lacks: {
      failing: "its answer is the status line, which is about all of them",
      limits: "a receiver says so by 429 alone",
      strangers: "a receiver takes anybody",
      astray: "whoever answers at the address is the receiver",
      ...(batch === 1 && { batches: "the receiver is told one by one" }),
    },
    async start() {
      const sandbox = await startWebhookSandbox({ secret: SECRET });
      const settings = { url: `${sandbox.url}/unsubscribes`, secret: SECRET, batch, ...LOOPBACK };
      const { payloads } = sandbox.received;
      const about = (user: string) =>
        [...payloads.values()].find((payload) => asRecord(asRecord(payload).data).user_id === user);
      return { sandbox, settings, secrets: [SECRET, SECRET.slice(6)], holds: () => payloads, people: { about } };
    },
  });
}

const forever = () => new AbortController().signal;
const tagsOf = (result: DeliverResult): string[] =>
  "outcomes" in result && result.outcomes !== undefined ? [...result.outcomes.values()].map(({ tag }) => tag) : [];

describe("webhook", () => {
  let sandbox: WebhookSandbox;
  const opened: { close?(): Promise<void> }[] = [];
  before(async () => {
    sandbox = await startWebhookSandbox({ secret: SECRET });
  });
  after(async () => {
    for (const connector of opened) await connector.close?.();
    await sandbox.close();
  });
  function open(settings: Record<string, unknown> = {}, type = webhook) {
    const connector = openForTest(type, { url: `${sandbox.url}/hook`, secret: SECRET, ...LOOPBACK, ...settings });
    opened.push(connector);
    return connector;
  }

  it("sends the documented event under the delivery's id", async () => {
    const delivery = sampleDelivery("jared");
    await open().deliver([delivery], forever());
    assert.deepEqual(sandbox.received.payloads.get(delivery.id), {
      type: "official_account.unsubscribed",
      timestamp: "2026-01-01T00:00:00.123Z",
      data: {
        user_id: "jared",
        official_account: "@TOA#_news",
        operator: "jared",
        by_admin: false,
        platform: "iOS",
        app_id: "1400000000",
        event_id: delivery.event.id,
      },
    });
    assert.equal(sandbox.requests.at(-1)?.headers["webhook-id"], delivery.id);
    assert.equal(sandbox.requests.at(-1)?.headers["user-agent"], "unsub-bridge/test");
  });

  it("sends a tree of one's own, numbers and truths as such", async () => {
    const delivery = sampleDelivery("tree");
    const body = { opt_out: true, level: 3, who: ["{{ user_id }}", "{{ by_admin }}"], text: "bye {{ user_id }}" };
    await open({ body }).deliver([delivery], forever());
    const expected = { opt_out: true, level: 3, who: ["tree", false], text: "bye tree" };
    assert.deepEqual(sandbox.received.payloads.get(delivery.id), expected);
  });

  it("signs every attempt with the time of sending, under the same id", async () => {
    const delivery = sampleDelivery("again");
    const connector = open();
    sandbox.fail({ status: 503 }, { applied: true });
    const { duplicates } = sandbox.received;
    const before = Math.floor(Date.now() / 1000);
    await connector.deliver([delivery], forever());
    await connector.deliver([delivery], forever());
    assert.equal(sandbox.received.duplicates, duplicates + 1);
    for (const { headers } of sandbox.requests.slice(-2)) {
      assert.equal(headers["webhook-id"], delivery.id);
      assert.ok(Number(headers["webhook-timestamp"]) >= before);
    }
  });

  it("carries two signatures while the secret is rotated, so that either receiver believes it", async () => {
    const others = await startWebhookSandbox({ secret: OTHER_SECRET });
    for (const receiver of [sandbox, others]) {
      const connector = open({ url: receiver.url, secret: [SECRET, OTHER_SECRET] });
      const { unverified } = receiver.received;
      assert.deepEqual(tagsOf(await connector.deliver([sampleDelivery("rotated")], forever())), ["delivered"]);
      assert.equal(receiver.received.unverified, unverified);
    }
    await others.close();
  });

  it("treats a receiver that knows another secret as refused credentials", async () => {
    const result = await open({ secret: OTHER_SECRET }).deliver([sampleDelivery()], forever());
    assert.equal(result.tag, "credentialsRefused");
  });

  it("sends a batch as an array whose id does not depend on the order", async () => {
    const deliveries = sampleDeliveries(4);
    const connector = open({ batch: 4 });
    await connector.deliver(deliveries, forever());
    await connector.deliver([...deliveries].reverse(), forever());
    const [first, second] = sandbox.requests.slice(-2);
    assert.equal(first?.headers["webhook-id"], second?.headers["webhook-id"]);
    assert.match(String(first?.headers["webhook-id"]), /^[0-9a-f]{64}$/);
    const elements = JSON.parse(first?.body ?? "") as { id: string; data: { user_id: string } }[];
    assert.deepEqual(
      elements.map(({ id, data }) => [id, data.user_id]),
      deliveries.map(({ id, event }) => [id, event.user]),
    );
  });

  it("rejects one delivery, but only reports a batch, for 400, 413 and 422", async () => {
    for (const status of [400, 413, 422]) {
      sandbox.fail({ status, body: "user unknown" }, { times: 2 });
      const one = await open().deliver([sampleDelivery()], forever());
      assert.deepEqual(tagsOf(one), ["rejected"]);
      assert.equal((await open({ batch: 2 }).deliver(sampleDeliveries(2), forever())).tag, "batchRejected");
    }
  });

  it("takes 410 for the end of the address, not of the delivery", async () => {
    sandbox.fail({ status: 410 });
    assert.equal((await open().deliver([sampleDelivery()], forever())).tag, "gone");
  });

  it("does not follow redirects, and says where one points", async () => {
    const { count } = sandbox;
    sandbox.fail({ status: 307, headers: { location: `${sandbox.url}/elsewhere` } });
    const result = await open().deliver([sampleDelivery()], forever());
    assert.deepEqual(tagsOf(result), ["retry"]);
    assert.match(JSON.stringify(result.tag === "outcomes" && [...result.outcomes.values()]), /elsewhere/);
    assert.equal(sandbox.count, count + 1);
  });

  it("reads no more than the beginning of an endless answer", async () => {
    sandbox.fail({ status: 200, body: "x".repeat(5_000_000) });
    assert.deepEqual(tagsOf(await open().deliver([sampleDelivery()], forever())), ["delivered"]);
    sandbox.fail({ status: 409, body: "x".repeat(5_000_000) });
    const result = await open().deliver([sampleDelivery()], forever());
    const [outcome] = result.tag === "outcomes" ? result.outcomes.values() : [];
    const { message = "" } = outcome?.tag === "retry" ? outcome.reason : {};
    assert.ok(message.length > 0 && message.length < 5_000_000);
  });

  it("reuses its connection", async () => {
    const { connections } = sandbox;
    const connector = open();
    for (const delivery of sampleDeliveries(5)) await connector.deliver([delivery], forever());
    assert.equal(sandbox.connections, connections + 1);
  });

  it("leaves no connection open once it is closed", async () => {
    const receiver = await startWebhookSandbox();
    const connector = open({ url: receiver.url });
    await connector.deliver([sampleDelivery()], forever());
    await connector.close?.();
    await receiver.idle();
    await receiver.close();
  });

  it("is not put off by a kept connection that the receiver has closed meanwhile", async () => {
    // answers once on a connection, and ends it as soon as it is used again
    let requests = 0;
    const server = createTcpServer((socket) => {
      let isUsed = false;
      socket.on("error", () => undefined);
      socket.on("data", () => {
        requests += 1;
        if (isUsed) socket.destroy();
        else socket.write("HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n");
        isUsed = true;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const connector = open({ url: `http://127.0.0.1:${port}/` });
    for (const delivery of sampleDeliveries(3)) {
      assert.deepEqual(tagsOf(await connector.deliver([delivery], forever())), ["delivered"]);
    }
    assert.ok(requests > 3);
    await connector.close?.();
    await new Promise((resolve) => server.close(resolve));
  });

  it("renders headers, and rejects a delivery whose header would carry a line break", async () => {
    const connector = open({ headers: { "X-Account": "{{ official_account }}" } });
    await connector.deliver([sampleDelivery("header")], forever());
    assert.equal(sandbox.requests.at(-1)?.headers["x-account"], "@TOA#_news");
    const { count } = sandbox;
    for (const officialAccount of ["a\r\nwebhook-id: forged", "a\nb", "ä"]) {
      const result = await connector.deliver([sampleDelivery("forger", { officialAccount })], forever());
      assert.deepEqual(tagsOf(result), ["rejected"]);
    }
    assert.equal(sandbox.count, count);
  });

  it("rejects a delivery whose template fails, also when the rate lets the others wait for an hour", async () => {
    const body = { text: "{% if user_id == 'bad' %}{% for i in (1..999999999) %}{{ i }}{% endfor %}{% endif %}" };
    const settings = { url: `${sandbox.url}/hook`, secret: SECRET, batch: 10, body, ...LOOPBACK };
    const budgets = { default: { requests: 1, perMs: 3_600_000 } };
    const connector = openForTest(webhook, settings, { budgets });
    opened.push(connector);
    await connector.deliver([sampleDelivery("first")], forever());
    const result = await connector.deliver([sampleDelivery("bad"), sampleDelivery("good")], forever());
    assert.ok(result.tag === "unavailable" && result.unsent);
    assert.deepEqual(tagsOf(result), ["rejected"]);
  });

  it("rejects a delivery whose template fails, and sends the others of its batch", async () => {
    const body = { who: "{% if user_id == 'bad' %}{% for i in (1..999999999) %}{{ i }}{% endfor %}{% endif %}fine" };
    const [bad, good] = [sampleDelivery("bad"), sampleDelivery("good")];
    const result = await open({ body, batch: 2 }).deliver([bad, good], forever());
    assert.ok(result.tag === "outcomes");
    assert.equal(result.outcomes.get(bad.id)?.tag, "rejected");
    assert.equal(result.outcomes.get(good.id)?.tag, "delivered");
  });

  it("previews what it sends, with credentials and signature hidden", async () => {
    const delivery = sampleDelivery("previewed");
    const connector = open({ headers: { Authorization: "Bearer t0ken", "X-Source": "chat" }, method: "PUT" });
    const [preview] = await connector.preview([delivery], { live: false, signal: forever() });
    await connector.deliver([delivery], forever());
    const sent = sandbox.requests.at(-1);
    assert.equal(sent?.headers.authorization, "Bearer t0ken");
    assert.equal(sent?.method, preview?.method);
    assert.deepEqual(preview?.body, JSON.parse(sent?.body ?? ""));
    assert.deepEqual(visible(preview), { source: "chat", id: delivery.id, isTokenShown: false });
  });

  it("hides in its preview whatever header's name sounds like a credential", async () => {
    const names = [
      "signature",
      "x-signature",
      "x-sig",
      "x-passphrase",
      "x-pwd",
      "x-functions-key",
      "Bearer",
      "signingKey",
    ];
    const connector = open({ headers: Object.fromEntries(names.map((name) => [name, "t0ken {{ user_id }}"])) });
    const [preview] = await connector.preview([sampleDelivery("previewed")], { live: false, signal: forever() });
    for (const name of names) assert.equal(preview?.headers[name.toLowerCase()], "(hidden)", name);
  });

  it("says in its preview why nothing would be sent, where it once only said that", async () => {
    const connector = open({ headers: { "x-platform": "{{ platform }}" } });
    const delivery = sampleDelivery("jared", { platform: "a\nb" });
    const preview = connector.preview([delivery], { live: false, signal: forever() });
    await assert.rejects(preview, /the header "x-platform" came out with a line break/);
  });

  function visible(preview: PreviewRequest | undefined) {
    const { headers } = preview ?? { headers: {} as Record<string, string> };
    return {
      source: headers["x-source"],
      id: headers["webhook-id"],
      isTokenShown: JSON.stringify(preview).includes("t0ken"),
    };
  }

  it("checks by OPTIONS, and points out a redirect", async () => {
    const { payloads } = sandbox.received;
    const { size } = payloads;
    const [well] = await open().check(forever());
    assert.equal(well?.ok, true);
    assert.match(well?.what ?? "", /whether it takes an event, only a real one shows/);
    assert.equal(sandbox.requests.at(-1)?.method, "OPTIONS");
    sandbox.fail({ status: 301, headers: { location: "https://partner.example/new" } });
    const [redirected] = await open().check(forever());
    assert.equal(redirected?.ok, false);
    assert.match(redirected?.todo ?? "", /partner\.example\/new/);
    assert.equal(payloads.size, size);
  });

  it("does not connect to a name that leads into a private network", async () => {
    const { connections } = sandbox;
    const url = sandbox.url.replace("127.0.0.1", "partner.example");
    const inside = webhookIn({ resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    const refused = await open({ url, allow_private_network: false }, inside).deliver([sampleDelivery()], forever());
    assert.equal(refused.tag, "unavailable");
    assert.match("reason" in refused ? refused.reason.words : "", /partner\.example leads to 127\.0\.0\.1/);
    assert.equal(sandbox.connections, connections);
  });

  it("looks the name up for each new connection, and connects to the address that it was given", async () => {
    const url = sandbox.url.replace("127.0.0.1", "partner.example");
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const connector = open({ url }, webhookIn({ resolve }));
    await connector.deliver([sampleDelivery("first")], forever());
    await connector.deliver([sampleDelivery("second")], forever());
    assert.deepEqual(asked, ["partner.example"]);
    assert.equal(sandbox.requests.at(-1)?.headers.host, new URL(url).host);
    sandbox.fail("cut");
    await connector.deliver([sampleDelivery("third")], forever());
    await connector.deliver([sampleDelivery("fourth")], forever());
    assert.deepEqual(asked, ["partner.example", "partner.example"]);
  });

  it("does not connect to a private address that stands in the URL itself", async () => {
    const { connections } = sandbox;
    const { port } = new URL(sandbox.url);
    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"]) {
      const connector = open({ url: `http://${host}:${port}/`, allow_private_network: false });
      const result = await connector.deliver([sampleDelivery()], forever());
      assert.equal(result.tag, "unavailable", host);
    }
    assert.equal(sandbox.connections, connections);
  });
});

describe("webhook: settings", () => {
  const lint = (settings: Record<string, unknown>) =>
    webhook.lint?.(withDefaults(webhook, { url: "https://partner.example/x", secret: SECRET, ...settings }) as never) ??
    [];
  const pathsOf = (settings: Record<string, unknown>) => lint(settings).map(({ path }) => path.join("."));

  it("takes a plain https address", () => assert.deepEqual(lint({}), []));

  it("refuses addresses that are unencrypted, carry credentials, or lead inside", () => {
    for (const url of [
      "partner.example",
      "http://partner.example",
      "ftp://partner.example",
      "https://me:secret@partner.example",
      "https://partner.example/#part",
      "https://localhost/",
      "https://10.0.0.7/",
      "https://[::1]/",
    ]) {
      assert.deepEqual(pathsOf({ url }), ["url"], url);
    }
    assert.deepEqual(lint({ url: "http://10.0.0.7/", ...LOOPBACK }), []);
  });

  it("never repeats a password or a secret that it complains about", () => {
    const faults = [...lint({ url: "https://me:hunter2@partner.example" }), ...lint({ secret: "hunter2" })];
    assert.equal(faults.length, 2);
    assert.ok(!JSON.stringify(faults).includes("hunter2"));
  });

  it("refuses secrets that cannot sign, each at its place", () => {
    assert.deepEqual(pathsOf({ secret: "s3cret" }), ["secret"]);
    assert.deepEqual(pathsOf({ secret: "whsec_" }), ["secret"]);
    assert.deepEqual(pathsOf({ secret: [SECRET, "whsec_not base64!"] }), ["secret.1"]);
    assert.equal(lint({ secret: `whsec_${Buffer.from("short").toString("base64")}` })[0]?.severity, "warning");
    assert.equal(lint({ secret: undefined })[0]?.severity, "warning");
  });

  it("refuses headers that are ours, broken, doubled, or cannot be right for a whole batch", () => {
    for (const name of [
      "Webhook-Id",
      "webhook-signature",
      "Connection",
      "transfer-encoding",
      "Host",
      "content-length",
    ]) {
      assert.deepEqual(pathsOf({ headers: { [name]: "x" } }), [`headers.${name}`]);
    }
    assert.deepEqual(pathsOf({ headers: { "x y": "x" } }), ["headers.x y"]);
    assert.deepEqual(pathsOf({ headers: { x: "a\nb" } }), ["headers.x"]);
    assert.deepEqual(pathsOf({ headers: { "X-A": "1", "x-a": "2" } }), ["headers.x-a"]);
    assert.deepEqual(pathsOf({ headers: { x: "{{ user_id }}" }, batch: 2 }), ["headers.x"]);
  });

  it("wants a map for the elements of a batch, with `id` left to the bridge", () => {
    assert.deepEqual(pathsOf({ body: ["{{ user_id }}"], batch: 2 }), ["body"]);
    assert.deepEqual(pathsOf({ body: { id: 1 }, batch: 2 }), ["body.id"]);
    assert.deepEqual(pathsOf({ body: ["{{ user_id }}"], batch: 1 }), []);
  });
});
