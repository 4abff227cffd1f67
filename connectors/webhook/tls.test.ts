import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { openForTest, sampleDelivery } from "../testing.ts";
import { webhookIn } from "./index.ts";

describe("a receiver whose certificate nobody vouches for", () => {
  let server: Server;
  let requests = 0;
  before(async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    server = createServer({ key, cert: selfSigned(privateKey, publicKey) }, (_, response) => {
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

/** A certificate for partner.example by X.509 (RFC 5280), in as few fields as it takes. PEM. */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): string {
  const ecdsaWithSha256 = der(0x30, hex(0x06, "2a8648ce3d040302"));
  const name = der(0x30, der(0x31, der(0x30, hex(0x06, "550403"), text(0x0c, "partner.example"))));
  const validity = der(0x30, text(0x17, "250101000000Z"), text(0x17, "491231235959Z"));
  const alternativeNames = der(0x30, text(0x82, "partner.example"));
  const extensions = der(0xa3, der(0x30, der(0x30, hex(0x06, "551d11"), der(0x04, alternativeNames))));
  const body = der(
    0x30,
    der(0xa0, hex(0x02, "02")),
    hex(0x02, "01"),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    extensions,
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const certificate = der(0x30, body, ecdsaWithSha256, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const hex = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, "hex"));
const text = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, "ascii"));
