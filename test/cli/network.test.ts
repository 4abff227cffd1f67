/** Proxies and private authorities, for every connector: as the environment of the real command line names them. */
import assert from "node:assert/strict";
import { createServer, request as forward, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type HubSpotSandbox, startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { type SegmentSandbox, startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { selfSigned } from "../support/certificate.ts";
import { inFolder } from "./folder.ts";

const ENV = {
  TOKEN: "chat-callback-token",
  SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  KEY: "a-key-of-some-length",
  // whatever the machine that runs the tests has
  HTTPS_PROXY: "",
  HTTP_PROXY: "",
  NO_PROXY: "",
  https_proxy: "",
  http_proxy: "",
  no_proxy: "",
};

const yaml = (hubspot: string, segment: string, webhook: string, more = "") => `chat:
  apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }]
connectors:
  crm:
    type: hubspot
    access_token: \${KEY}
    base_url: ${hubspot}
    match: { property: chat_user_id }
    set: { chat_subscription: "{{ event }}" }
  analytics: { type: segment, write_key: "\${KEY}", host: "${segment}" }
  partner: { type: webhook, url: "${webhook}/x", secret: "\${SECRET}"${more} }
`;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));

describe("behind a proxy", () => {
  let hubspot: HubSpotSandbox;
  let segment: SegmentSandbox;
  let webhook: WebhookSandbox;
  const proxied = new Set<string>();
  const proxy = createServer();
  before(async () => {
    [hubspot, segment, webhook] = await Promise.all([
      startHubSpotSandbox({ token: ENV.KEY, contacts: ["jared"] }),
      startSegmentSandbox({ writeKeys: [ENV.KEY] }),
      startWebhookSandbox({ secret: ENV.SECRET }),
    ]);
    // the names exist only here: whoever gets through has come this way
    const ports: Readonly<Record<string, number>> = {
      "hubspot.test": Number(new URL(hubspot.url).port),
      "segment.test": Number(new URL(segment.url).port),
      "partner.test": Number(new URL(webhook.url).port),
    };
    proxy.on("request", (incoming, response) => {
      const { hostname, pathname, search } = new URL(incoming.url ?? "");
      proxied.add(hostname);
      const { method, headers } = incoming;
      const options = { host: "127.0.0.1", port: ports[hostname], path: pathname + search, method, headers };
      const outgoing = forward(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(outgoing);
    });
    proxy.on("connect", (incoming, client) => {
      const [hostname = ""] = (incoming.url ?? "").split(":");
      proxied.add(hostname);
      const server = connect(ports[hostname] ?? 0, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        server.pipe(client);
        client.pipe(server);
      });
      client.on("error", () => server.destroy());
      server.on("error", () => client.destroy());
    });
    await listening(proxy);
  });
  after(async () => {
    await Promise.all([hubspot.close(), segment.close(), webhook.close()]);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("every connector goes through it, and all is well on the other side", async () => {
    await inFolder(async (folder) => {
      const text = yaml("http://hubspot.test", "http://segment.test", "http://partner.test", ", allow_http: true");
      await folder.write("bridge.yaml", text);
      const env = { ...ENV, HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}` };
      const { code, out } = await folder.spawn(["check", "--live", "--config", "bridge.yaml"], { env });
      assert.equal(code, 0, out);
      assert.deepEqual([...proxied].sort(), ["hubspot.test", "partner.test", "segment.test"]);
    });
  });

  it("none goes through it to a host that NO_PROXY names", async () => {
    await inFolder(async (folder) => {
      proxied.clear();
      const more = ", allow_http: true, allow_private_network: true";
      await folder.write("bridge.yaml", yaml(hubspot.url, segment.url, webhook.url, more));
      const env = { ...ENV, HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: "127.0.0.1,other.test" };
      const { code, out } = await folder.spawn(["check", "--live", "--config", "bridge.yaml"], { env });
      assert.equal(code, 0, out);
      assert.deepEqual([...proxied], []);
    });
  });
});

describe("a destination whose certificate a private authority has signed", () => {
  const certificate = selfSigned("127.0.0.1");
  const server = createTlsServer({ ...certificate }, (_, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end("{}");
  });
  before(() => listening(server));
  after(() => new Promise((resolve) => server.close(resolve)));

  for (const [what, isNamed, untrusted] of [
    ["is trusted by every connector when NODE_EXTRA_CA_CERTS names the authority", true, 0],
    ["is trusted by none otherwise, and each says why", false, 3],
  ] as const) {
    it(what, async () => {
      await inFolder(async (folder) => {
        await folder.write("ca.pem", certificate.cert);
        const url = `https://127.0.0.1:${portOf(server)}`;
        await folder.write("bridge.yaml", yaml(url, url, url, ", allow_private_network: true"));
        const env = { ...ENV, NODE_EXTRA_CA_CERTS: isNamed ? join(folder.path, "ca.pem") : "" };
        const { out } = await folder.spawn(["check", "--live", "--config", "bridge.yaml"], { env });
        assert.equal(
          out.match(/its TLS certificate (is self-signed|comes from an authority)/g)?.length ?? 0,
          untrusted,
          out,
        );
        assert.equal(out.match(/HTTP 401|\(401\)|status 401|refuses/g) !== null, isNamed, out);
      });
    });
  }
});
