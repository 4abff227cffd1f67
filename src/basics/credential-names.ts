/** By what name one knows that a value may be a credential. Pure. */

const CREDENTIAL =
  /auth|bearer|cookie|credential|api[-_]?key|(^|[-_])key$|pass(w|phrase)|secret|token|assertion$|^code$|(^|[-_])(sig|signature|sas|pwd|pass|jwt|hmac)$/i;
/** `signingKey`, `SigningKeyV2`; `monkey` is none. */
const CAMEL_KEY = /[a-z\d]Key([A-Z\d]|$)/;

/** True for the name of a setting, a header, a variable or a parameter whose value is a credential more often than not. */
export function isCredentialName(name: string): boolean {
  return CREDENTIAL.test(name) || CAMEL_KEY.test(name);
}

/** `x-sig`, `x-pwd`, `subscription-key-id`: a header has its own words before and behind. */
const IN_HEADERS = /key|(^|[-_])(code|sig|signature|sas|pwd|pass)([-_]|$)/i;

/** The same for the name of a header. */
export function isCredentialHeaderName(name: string): boolean {
  return isCredentialName(name) || IN_HEADERS.test(name);
}
