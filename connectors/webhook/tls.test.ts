import assert from "node:assert/strict";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { selfSigned } from "../../test/support/certificate.ts";
import { openForTest } from "../kit/testing.ts";
import { webhookIn } from "./index.ts";

describe("a receiver whose certificate nobody vouches for", () => {
  let server: Server;
  let requests = 0;
  before(async () => {
    server = createServer({ ...selfSigned("partner.example") }, (_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  const open = () => {
    const { port } = server.address() as AddressInfo;
    const type = webhookIn({ resolve: async () => [{ address: "127.0.0.1", family: 4 }], env: {} });
    return openForTest(type, { url: `https://partner.example:${port}/`, allow_private_network: true });
  };

  it("gets nothing, and is told apart in plain words", async () => {
    const connector = open();
    const result = await connector.deliver([sampleDelivery()], new AbortController().signal);
    assert.equal(result.tag, "unavailable");
    assert.match("reason" in result ? result.reason.words : "", /TLS certificate is self-signed/);
    assert.equal(requests, 0);
    await connector.close?.();
  });

  it("does not pass the check", async () => {
    const connector = open();
    const [reached] = await connector.check(new AbortController().signal);
    assert.equal(reached?.ok, false);
    assert.match(reached?.what ?? "", /self-signed/);
    await connector.close?.();
  });
});
