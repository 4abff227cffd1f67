import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { proxyFor } from "../../src/guarded-http/proxy.ts";
import { openForTest } from "../kit/testing.ts";
import { webhookIn } from "./index.ts";
import { startWebhookSandbox, type WebhookSandbox } from "./sandbox.ts";

describe("which proxy", () => {
  const partner = new URL("https://api.partner.example/x");
  const PROXY = "http://proxy.example:3128";

  it("goes by the scheme of the receiver, lower case first, with or without http://", () => {
    assert.equal(proxyFor(partner, {}), undefined);
    assert.equal(proxyFor(partner, { HTTP_PROXY: PROXY }), undefined);
    assert.equal(proxyFor(partner, { HTTPS_PROXY: PROXY })?.host, "proxy.example:3128");
    assert.equal(proxyFor(partner, { HTTPS_PROXY: PROXY, https_proxy: "other.example:1" })?.host, "other.example:1");
    assert.equal(proxyFor(new URL("http://x.example"), { HTTP_PROXY: PROXY })?.host, "proxy.example:3128");
  });

  for (const list of [
    "*",
    "partner.example",
    ".partner.example",
    "a.example, partner.example",
    "API.partner.example:443",
  ]) {
    it(`is none for NO_PROXY=${list}`, () => {
      assert.equal(proxyFor(partner, { HTTPS_PROXY: PROXY, NO_PROXY: list }), undefined);
    });
  }
  for (const list of ["", "r.example", "artner.example", "partner.example:8443", "x.api.partner.example"]) {
    it(`is one for NO_PROXY=${list}`, () => {
      assert.notEqual(proxyFor(partner, { HTTPS_PROXY: PROXY, NO_PROXY: list }), undefined);
    });
  }
});

describe("a webhook behind a proxy", () => {
  const tunnels: { authority: string; authorization: string | undefined }[] = [];
  const proxy = createServer();
  let answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  let sandbox: WebhookSandbox;
  let env: { HTTP_PROXY: string };

  before(async () => {
    sandbox = await startWebhookSandbox();
    const { port } = new URL(sandbox.url);
    // whatever name it is asked for, only the proxy knows where that is
    proxy.on("connect", (request, client) => {
      tunnels.push({ authority: request.url ?? "", authorization: request.headers["proxy-authorization"] });
      const server = connect(Number(port), "127.0.0.1", () => {
        client.write(answer);
        server.pipe(client);
        client.pipe(server);
      });
      client.on("error", () => server.destroy());
      server.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    env = { HTTP_PROXY: `http://me:pass%20word@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  });
  after(async () => {
    await sandbox.close();
    await new Promise((resolve) => proxy.close(resolve));
  });
  const open = (by = env) => {
    const resolve = () => Promise.reject(new Error("the name is the proxy's to look up"));
    const settings = { url: "http://partner.example/x", allow_http: true };
    return openForTest(webhookIn({ env: by, resolve }), settings);
  };

  it("tunnels through it, keeps the tunnel, and gives the proxy's password to nobody else", async () => {
    const connector = open();
    for (const user of ["one", "two"]) {
      const delivery = sampleDelivery(user);
      const result = await connector.deliver([delivery], new AbortController().signal);
      assert.ok(result.tag === "outcomes" && result.outcomes.get(delivery.id)?.tag === "delivered");
    }
    const authorization = `Basic ${Buffer.from("me:pass word").toString("base64")}`;
    assert.deepEqual(tunnels, [{ authority: "partner.example:80", authorization }]);
    assert.equal(sandbox.requests.at(-1)?.headers["proxy-authorization"], undefined);
    assert.equal(sandbox.requests.at(-1)?.headers.host, "partner.example");
    await connector.close?.();
  });

  const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

  it("is told of the tunnel behind interim answers, too", async () => {
    answer = `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ESTABLISHED}`;
    const connector = open();
    const delivery = sampleDelivery("behind-hints");
    const result = await connector.deliver([delivery], new AbortController().signal);
    await connector.close?.();
    assert.ok(result.tag === "outcomes" && result.outcomes.get(delivery.id)?.tag === "delivered");
  });

  it("takes nothing for an answer that comes with the tunnel, before anything was asked", async () => {
    answer = `${ESTABLISHED}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`;
    const connector = open();
    const result = await connector.deliver([sampleDelivery("too-soon")], new AbortController().signal);
    await connector.close?.();
    assert.equal(result.tag, "unavailable");
    assert.match("reason" in result ? result.reason.words : "", /the proxy .* cannot be used: .*behind its head/);
  });

  it("is shown a password with a percent sign as it stands, where that escapes nothing", async () => {
    answer = ESTABLISHED;
    const delivery = sampleDelivery("percent");
    const connector = open({ HTTP_PROXY: env.HTTP_PROXY.replace("pass%20word", "100%pass") });
    const result = await connector.deliver([delivery], new AbortController().signal);
    await connector.close?.();
    assert.ok(result.tag === "outcomes" && result.outcomes.get(delivery.id)?.tag === "delivered");
    assert.equal(tunnels.at(-1)?.authorization, `Basic ${Buffer.from("me:100%pass").toString("base64")}`);
  });

  it("says that it was the proxy that refused", async () => {
    answer = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    const connector = open();
    const result = await connector.deliver([sampleDelivery()], new AbortController().signal);
    assert.equal(result.tag, "unavailable");
    assert.match("reason" in result ? result.reason.words : "", /the proxy 127\.0\.0\.1:\d+ answered HTTP 407/);
    await connector.close?.();
  });

  it("still refuses private addresses that stand in the URL itself", async () => {
    const settings = { url: "http://127.0.0.1:9/", allow_http: true };
    const connector = openForTest(webhookIn({ env }), settings);
    const { length } = tunnels;
    assert.equal((await connector.deliver([sampleDelivery()], new AbortController().signal)).tag, "unavailable");
    assert.equal(tunnels.length, length);
  });
});

describe("a proxy that never comes to the end of its answer", () => {
  for (const [what, drip] of [
    ["drips a head without end", (count: number) => (count === 0 ? "HTTP/1.1 200 Connection established\r\n" : "x")],
    ["says nothing", () => ""],
  ] as const) {
    it(`is given up, and holds no connection, when it ${what}`, async () => {
      const closed: Promise<unknown>[] = [];
      const proxy = createTcpServer((socket) => {
        let count = 0;
        const timer = setInterval(() => socket.write(drip(count++)), 5);
        socket.on("error", () => undefined);
        closed.push(new Promise((resolve) => socket.once("close", resolve)).finally(() => clearInterval(timer)));
        socket.resume();
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
      const settings = { url: "http://partner.example/x", allow_http: true };
      const connector = openForTest(webhookIn({ env }), settings, { timeoutMs: 100 });
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        const arrived = once(proxy, "connection");
        const result = await connector.deliver([sampleDelivery()], new AbortController().signal);
        assert.equal(result.tag, "unavailable");
        assert.match("reason" in result ? result.reason.words : "", /^the proxy 127\.0\.0\.1:\d+ does not answer$/);
        await arrived;
        assert.equal(closed.length, attempt);
        await closed.at(-1);
      }
      await connector.close?.();
      await new Promise((resolve) => proxy.close(resolve));
    });
  }
});
