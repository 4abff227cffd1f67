/** Network trouble in plain words. `fetch` hides the reason in `cause`, and each runtime has words of its own. */
import { codeOf } from "./error-code.ts";
import { SENTENCES } from "./sentences.ts";
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

/** What it says of a connection that the other side ended. */
export const CUT = SENTENCES.connection_cut;
const REFUSED = SENTENCES.connection_refused;
const UNKNOWN_HOST = SENTENCES.host_unknown;
const TIMED_OUT = SENTENCES.connection_late;
const EXPIRED = SENTENCES.certificate_expired;
const OTHER_NAME = SENTENCES.certificate_of_another;
const UNKNOWN_AUTHORITY = SENTENCES.certificate_untrusted;
const NOT_HTTP = SENTENCES.answer_not_http;
const LONG_HEAD = SENTENCES.answer_head_long;
const SELF_SIGNED = SENTENCES.certificate_self_signed;

/** Of Bun, and of what speaks through node's sockets. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: REFUSED,
  ConnectionRefused: REFUSED,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ConnectionClosed: CUT,
  // its other words for these tell of an argument of `fetch`, and the whole address
  InvalidHTTPResponse: NOT_HTTP,
  Malformed_HTTP_Response: NOT_HTTP,
  InvalidContentLength: NOT_HTTP,
  InvalidTransferEncoding: NOT_HTTP,
  UnrequestedUpgrade: NOT_HTTP,
  ResponseHeadersTooLarge: LONG_HEAD,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: SENTENCES.host_not_looked_up,
  ETIMEDOUT: TIMED_OUT,
  EHOSTUNREACH: SENTENCES.host_unreachable,
  ENETUNREACH: SENTENCES.network_unreachable,
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: SENTENCES.certificate_early,
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
  [/message head is too large/i, LONG_HEAD],
  [/invalid (HTTP|content-length|transfer-encoding|header|status|chunk)/i, NOT_HTTP],
];
