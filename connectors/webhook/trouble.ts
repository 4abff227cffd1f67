/** What went wrong on the way, in words that a person can act on. */

/** Keeps the words of errors that are ours. */
export function inPlainWords(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const words = WORDS[code];
  return words === undefined ? error : new Error(words, { cause: error });
}

export const CUT = "the connection was cut";
/** True when the other side ended the connection. */
export function isCut(error: unknown): boolean {
  return inPlainWords(error).message === CUT;
}

const UNKNOWN_AUTHORITY =
  "its TLS certificate comes from an authority that is not trusted here; NODE_EXTRA_CA_CERTS can name a private one";
const SELF_SIGNED =
  "its TLS certificate is self-signed; use one from an authority, or name it with NODE_EXTRA_CA_CERTS";

/** By error code of node, and of Bun where it differs. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ConnectionRefused: "nothing listens there (connection refused)",
  ECONNRESET: CUT,
  EPIPE: CUT,
  ConnectionClosed: CUT,
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  CERT_HAS_EXPIRED: "its TLS certificate has expired",
  CERT_NOT_YET_VALID: "its TLS certificate is not valid yet; are the clocks right?",
  ERR_TLS_CERT_ALTNAME_INVALID: "its TLS certificate is for another host name",
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
};
