/** Signing as Standard Webhooks says. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { createHash, createHmac } from "node:crypto";

const PREFIX = "whsec_";

export const secretsOf = (secret: string | readonly string[] | undefined): readonly string[] =>
  secret === undefined ? [] : typeof secret === "string" ? [secret] : secret;

/** Signs a body anew for each attempt: receivers refuse timestamps that are more than five minutes old. */
export type Sign = (id: string, body: string, now: Date) => Readonly<Record<string, string>>;

/**
 * Not by the `standardwebhooks` library, whose SHA-256 is written in JavaScript: it costs a tenth of a delivery.
 * @param secrets each gives a signature of its own, so that a receiver may know either while they are rotated
 */
export function signer(secrets: readonly string[]): Sign {
  const keys = secrets.map(keyOf);
  return (id, body, now) => {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signed = `${id}.${timestamp}.${body}`;
    const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    return {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      ...(signatures.length > 0 && { "webhook-signature": signatures.join(" ") }),
    };
  };
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), "base64");

/** The id of a request that carries many deliveries: the same deliveries, in whatever order, have the same. */
export function batchId(ids: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...ids].sort()))
    .digest("hex");
}

/** Why a secret cannot sign, or should not. Never shows it. */
export function secretFault(
  secret: string,
): { readonly what: string; readonly todo: string; readonly severity?: "warning" } | undefined {
  const todo = `ask the receiver for it, or make one: \`echo ${PREFIX}$(openssl rand -base64 32)\``;
  if (!secret.startsWith(PREFIX))
    return { what: `the secret does not begin with "${PREFIX}"`, todo: toBegin(secret) ?? todo };
  const encoded = secret.slice(PREFIX.length);
  const bytes = keyOf(secret);
  if (encoded === "" || !isBase64(encoded)) return { what: `what follows "${PREFIX}" is not base64`, todo };
  if (bytes.length >= 24 && bytes.length <= 64) return undefined;
  return { what: `the secret has ${bytes.length} bytes; Standard Webhooks wants 24 to 64`, todo, severity: "warning" };
}

/** What to change in one that is probably right but for its beginning. */
function toBegin(secret: string): string | undefined {
  const [, before = ""] = /^(v1,\s*|["' ]+)whsec_/.exec(secret) ?? [];
  if (before !== "") return `remove what stands before ${PREFIX}`;
  if (/^whsec_/i.test(secret)) return `write ${PREFIX} in small letters`;
  const { length } = Buffer.from(secret, "base64");
  if (!isBase64(secret) || length < 24 || length > 64) return undefined;
  return `write ${PREFIX} before it if the receiver goes by Standard Webhooks; else ask the receiver for one`;
}

/** Also in the form for addresses, and without the = at its end: the bytes are the same. */
function isBase64(text: string): boolean {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  return Buffer.from(text, "base64").toString("base64").replace(/=+$/, "") === plain;
}
