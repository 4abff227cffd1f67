/** A certificate that nobody vouches for, made without any tool. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

/** @param name the host name, or an IPv4 address, that it is for */
export function selfSigned(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return { key, cert: certificateFor(name, privateKey, publicKey) };
}

/** By X.509 (RFC 5280), in as few fields as it takes. */
function certificateFor(host: string, privateKey: KeyObject, publicKey: KeyObject): string {
  const ecdsaWithSha256 = der(0x30, hex(0x06, "2a8648ce3d040302"));
  const name = der(0x30, der(0x31, der(0x30, hex(0x06, "550403"), text(0x0c, host))));
  const validity = der(0x30, text(0x17, "250101000000Z"), text(0x17, "491231235959Z"));
  const alternativeNames = der(0x30, alternativeName(host));
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

function alternativeName(host: string): Buffer {
  const isAddress = /^\d+(\.\d+){3}$/.test(host);
  return isAddress ? der(0x87, Buffer.from(host.split(".").map(Number))) : text(0x82, host);
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const hex = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, "hex"));
const text = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, "ascii"));
