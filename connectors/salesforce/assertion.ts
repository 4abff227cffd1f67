/**
 * The signed assertion of the JWT bearer flow. Pure.
 * https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm: RS256; `exp` at most three minutes from now.
 */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";

/** Seconds: less than what is allowed, for two clocks that differ. */
const VALID_S = 150;

export interface TokenClaims {
  /** The consumer key of the app. */
  readonly iss: string;
  /** The user. */
  readonly sub: string;
  /** Where the user logs in. */
  readonly aud: string;
}

/** @param now milliseconds since 1970 */
export function assertionOf(claims: TokenClaims, key: KeyObject, now: number): string {
  const payload = { ...claims, exp: Math.floor(now / 1_000) + VALID_S };
  const signed = `${base64url(JSON.stringify({ alg: "RS256" }))}.${base64url(JSON.stringify(payload))}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

/** Undefined for what is no RSA key. As an environment variable often has it, its lines may end in a written `\n`. */
export function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
    return key.asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    return undefined;
  }
}

const base64url = (text: string): string => Buffer.from(text).toString("base64url");
