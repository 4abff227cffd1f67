/** How a request proves who sends it. */
import { createHmac } from "node:crypto";
import { basicAuthorization } from "../../src/connector-tools.ts";
import type { AuthSettings, ClientCredentialsSettings, HmacSettings } from "./settings.ts";

/** What is signed, or not. */
export interface Signable {
  readonly body: string;
  readonly now: Date;
}

/** Headers for a request that is about to leave. */
export type Prove = (request: Signable) => Readonly<Record<string, string>>;

/** Everything but OAuth, which has to ask first. */
export function proofOf(auth: AuthSettings | undefined): Prove {
  if (auth?.bearer !== undefined) return always("authorization", `Bearer ${auth.bearer}`);
  if (auth?.basic !== undefined) {
    return always("authorization", basicAuthorization(auth.basic.username, auth.basic.password ?? ""));
  }
  if (auth?.header !== undefined) return always(auth.header.name.toLowerCase(), auth.header.prefix + auth.header.value);
  return auth?.hmac === undefined ? () => ({}) : signer(auth.hmac);
}

/** The headers that hold it, as they are shown. */
export function shownProof(auth: AuthSettings | undefined): Readonly<Record<string, string>> {
  if (auth?.hmac !== undefined) {
    const { header, timestamp_header: timestamp } = auth.hmac;
    return {
      ...(timestamp !== undefined && { [timestamp.toLowerCase()]: "(the time of sending)" }),
      [header.toLowerCase()]: "(signed at the time of sending)",
    };
  }
  const isNone = auth === undefined || Object.values(auth).every((kind) => kind === undefined);
  return isNone ? {} : { [auth.header?.name.toLowerCase() ?? "authorization"]: "(hidden)" };
}

function always(name: string, value: string): Prove {
  return () => ({ [name]: value });
}

/** RFC 6749 2.3.1: id and secret are encoded as in a form before they are joined. */
export function clientBasic({ client_id, client_secret }: ClientCredentialsSettings): string {
  const encoded = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  return basicAuthorization(encoded(client_id), encoded(client_secret));
}

function signer({ secret, header, algorithm, encoding, prefix, timestamp_header: timestamp }: HmacSettings): Prove {
  return ({ body, now }) => {
    const seconds = String(Math.floor(now.getTime() / 1_000));
    const signed = timestamp === undefined ? body : `${seconds}.${body}`;
    const signature = createHmac(algorithm, secret).update(signed).digest(encoding);
    return {
      ...(timestamp !== undefined && { [timestamp.toLowerCase()]: seconds }),
      [header.toLowerCase()]: prefix + signature,
    };
  };
}
