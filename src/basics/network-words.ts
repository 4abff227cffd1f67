/** Network trouble in plain words. `fetch` hides the reason in `cause`, and each runtime has words of its own. */
import { withShownUrls } from "./shown-url.ts";

export function inPlainWords(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // words of our own: no runtime throws a plain `Error` without a code
  if (error.constructor === Error && codeOf(error) === "") return error;
  const cause = codeOf(error) === "" && error.cause instanceof Error ? error.cause : error;
  const [, words] = TEXTS.find(([pattern]) => pattern.test(cause.message)) ?? [];
  const plain = CODES[codeOf(cause)] ?? words ?? withShownUrls(cause.message);
  return plain === error.message ? error : new Error(plain, { cause: error });
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What it says of a connection that the other side ended. */
export const CUT = "the connection was cut";
const REFUSED = "nothing listens there (connection refused)";
const UNKNOWN_HOST = "the host name is not known";
const TIMED_OUT = "the connection timed out";
const EXPIRED = "its TLS certificate has expired";
const OTHER_NAME = "its TLS certificate is for another host name";
const UNKNOWN_AUTHORITY =
  "its TLS certificate comes from an authority that is not trusted here; NODE_EXTRA_CA_CERTS can name a private one";
const SELF_SIGNED =
  "its TLS certificate is self-signed; use one from an authority, or name it with NODE_EXTRA_CA_CERTS";

/** Of Bun, and of what speaks through node's sockets. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: REFUSED,
  ConnectionRefused: REFUSED,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ConnectionClosed: CUT,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: "the host name could not be looked up",
  ETIMEDOUT: TIMED_OUT,
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: "its TLS certificate is not valid yet; are the clocks right?",
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
};

/** Of Deno, whose errors have no codes: a chain of reasons, the innermost last. */
const TEXTS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/connection refused/i, REFUSED],
  [/dns error|failed to lookup/i, UNKNOWN_HOST],
  [/certificate.*expired/i, EXPIRED],
  [/certificate.*not valid for name/i, OTHER_NAME],
  [/UnknownIssuer|CaUsedAsEndEntity/, UNKNOWN_AUTHORITY],
  [/connection (reset|closed)|incomplete message|unexpected end of file/i, CUT],
  [/timed out/i, TIMED_OUT],
];
