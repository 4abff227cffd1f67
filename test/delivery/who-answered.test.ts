/** A firewall in between answers for the destination: which causes the words name, in which order, and what of its page is quoted. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { hubspot } from "../../connectors/hubspot/index.ts";
import { openForTest } from "../../connectors/kit/testing.ts";
import { segment } from "../../connectors/segment/index.ts";
import { webhook } from "../../connectors/webhook/index.ts";
import type { Reason } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";

const FIREWALL =
  "this is not the destination's own answer: most likely a firewall or proxy in between keeps this machine out; else";
/** `访问被拒绝` in GBK. */
const DENIED = Buffer.from("b7c3cecab1bbbedcbef8", "hex");
const PAGE = Buffer.concat([
  Buffer.from("<html><head><title>"),
  DENIED,
  Buffer.from("</title><script>1</script></head><body><h1>WAF&nbsp;42</h1></body></html>"),
]);

describe("a firewall's page", () => {
  let status = 403;
  let body: Buffer = PAGE;
  let headers: Record<string, string> = {};
  let url = "";
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () =>
      response.writeHead(status, { "content-type": "text/html; charset=gbk", ...headers }).end(body),
    );
  });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

  const connectors = {
    hubspot: () =>
      openForTest(hubspot, {
        access_token: "pat-eu1-4711-4711",
        base_url: url,
        match: { property: "chat_user_id" },
        set: { a: "b" },
      }),
    segment: () => openForTest(segment, { write_key: "segment-write-key", host: url }),
    webhook: () => openForTest(webhook, { url: `${url}/hook`, allow_http: true, allow_private_network: true }),
  };
  async function refusedBy(name: keyof typeof connectors): Promise<Reason> {
    const connector = connectors[name]();
    const result = await connector.deliver([sampleDelivery()], new AbortController().signal);
    await connector.close?.();
    assert.equal(result.tag, "credentialsRefused", "its clock stands, and it is probed");
    assert.ok("reason" in result);
    return result.reason;
  }

  const TABLE = [
    ["hubspot", 403, `HTTP 403: ${FIREWALL} \`base_url\` leads to another server; else the access token lacks a scope`],
    [
      "hubspot",
      401,
      `HTTP 401: ${FIREWALL} \`base_url\` leads to another server; else HubSpot refuses the access token`,
    ],
    ["segment", 403, `HTTP 403: ${FIREWALL} \`host\` leads to another server; else the write key was refused`],
    [
      "webhook",
      403,
      `HTTP 403: ${FIREWALL} \`url\` leads to another server; else the receiver refuses our signature or credentials`,
    ],
  ] as const;
  for (const [name, code, words] of TABLE) {
    it(`before ${name}, with ${code}, names the likely causes in order and is quoted readable`, async () => {
      [status, body, headers] = [code, PAGE, {}];
      const { code: _, values: __, ...reason } = await refusedBy(name);
      assert.deepEqual(reason, { words, status: code, message: "访问被拒绝 | WAF 42" });
    });
  }

  it("is unpacked, be it asked for or not", async () => {
    [status, body, headers] = [403, gzipSync(PAGE), { "content-encoding": "gzip" }];
    for (const name of ["hubspot", "segment", "webhook"] as const) {
      assert.equal((await refusedBy(name)).message, "访问被拒绝 | WAF 42", name);
    }
  });

  it("is no page where the destination itself refuses: its own words are the cause", async () => {
    [status, body, headers] = [403, Buffer.from('{"message":"no"}'), { "content-type": "application/json" }];
    assert.equal((await refusedBy("hubspot")).words, "HTTP 403: the access token lacks a scope");
    assert.equal((await refusedBy("segment")).words, "HTTP 403: the write key was refused");
    assert.equal((await refusedBy("webhook")).words, "HTTP 403: the receiver refuses our signature or credentials");
  });

  it("makes check --live look for the way through, not for another token", async () => {
    [status, body, headers] = [403, PAGE, {}];
    const findings = await connectors.hubspot().check(new AbortController().signal);
    assert.deepEqual(
      findings.map(({ setting, todo }) => [setting, todo]),
      [
        [
          "base_url",
          "let this machine through the firewall or proxy, or correct `base_url`; only if neither is it, copy the token again",
        ],
      ],
    );
    const [segments] = await connectors.segment().check(new AbortController().signal);
    assert.deepEqual(
      [segments?.ok, segments?.todo],
      [false, "let this machine through, or look at `host`; then check again"],
    );
  });
});
