/**
 * UserSig, the signature of Chat's REST calls (TLS-SIG v2): HMAC-SHA256 by the app's secret key, as JSON, deflated, in Chat's own
 * base64. Whoever has the key can sign for any user, so neither the key nor a signature is ever shown.
 */
import { createHmac } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";

/** What a signature says of itself. */
export interface UserSigClaims {
  readonly identifier: string;
  /** The SDKAppID. */
  readonly app: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds that it holds. */
  readonly lifetime: number;
}

/** @param secretKey of the app, as the console shows it: its 64 hex digits are the key, and are not decoded */
export function userSig({ identifier, app, time, lifetime }: UserSigClaims, secretKey: string): string {
  const message = [
    ["identifier", identifier],
    ["sdkappid", app],
    ["time", time],
    ["expire", lifetime],
  ].map(([name, value]) => `TLS.${name}:${value}\n`);
  const signature = createHmac("sha256", secretKey).update(message.join("")).digest("base64");
  const signed = {
    "TLS.ver": "2.0",
    "TLS.identifier": identifier,
    "TLS.sdkappid": app,
    "TLS.time": time,
    "TLS.expire": lifetime,
    "TLS.sig": signature,
  };
  return deflateSync(JSON.stringify(signed)).toString("base64").replace(/[+/=]/g, toChat);
}

const TO_CHAT: Readonly<Record<string, string>> = { "+": "*", "/": "-", "=": "_" };
const FROM_CHAT: Readonly<Record<string, string>> = { "*": "+", "-": "/", _: "=" };
const toChat = (sign: string): string => TO_CHAT[sign] ?? sign;
const fromChat = (sign: string): string => FROM_CHAT[sign] ?? sign;

/** Bytes of JSON: a signature has about 250. */
const LARGEST = 4_096;

/** What a signature says, with its `TLS.sig`; undefined where it is none. */
export function readUserSig(text: string): (UserSigClaims & { readonly signature: string }) | undefined {
  try {
    const deflated = Buffer.from(text.replace(/[*\-_]/g, fromChat), "base64");
    const said = JSON.parse(inflateSync(deflated, { maxOutputLength: LARGEST }).toString("utf8"));
    const claims = {
      identifier: said["TLS.identifier"],
      app: said["TLS.sdkappid"],
      time: said["TLS.time"],
      lifetime: said["TLS.expire"],
      signature: said["TLS.sig"],
    };
    const isSound =
      typeof claims.identifier === "string" &&
      [claims.app, claims.time, claims.lifetime].every(Number.isSafeInteger) &&
      typeof claims.signature === "string";
    return isSound ? claims : undefined;
  } catch {
    return undefined;
  }
}
