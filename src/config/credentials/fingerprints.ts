/**
 * Fingerprints of credentials: whether a running bridge and a command have the same ones, without showing either. Salted, slow to
 * make and so short that many values share one: whoever reads them in a store learns whether a guess is wrong, at best.
 */
import { randomBytes, scrypt } from "node:crypto";

/** Credentials by the dotted path of the setting that they belong to. */
export type SecretsAt = ReadonlyMap<string, string>;

export interface Fingerprints {
  /** Hex. */
  readonly salt: string;
  /** Hex, by the dotted path of the setting. */
  readonly values: Readonly<Record<string, string>>;
}

/** Bytes of a fingerprint. */
const LENGTH = 3;
/** 8 MB and some 20 ms each, on another thread. */
const COST = { N: 2 ** 13, r: 8, p: 1 } as const;

export async function fingerprintsOf(
  secrets: SecretsAt,
  salt = randomBytes(16).toString("hex"),
): Promise<Fingerprints> {
  const values: Record<string, string> = {};
  // one after the other: nobody waits for them, and they need memory
  for (const [path, secret] of secrets) values[path] = await fingerprintOf(secret, `${salt} ${path}`);
  return { salt, values };
}

function fingerprintOf(secret: string, salt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, LENGTH, COST, (error, key) => {
      // Bun says undefined where node says null
      if (error) reject(error);
      else resolve(key.toString("hex"));
    });
  });
}

/** So many bridges' fingerprints are compared with the same credentials, before what is known of them is forgotten. */
const MOST_COMPARED = 100;

const compared = new WeakMap<SecretsAt, Map<string, Promise<readonly string[]>>>();

/**
 * Settings that both have, with another value in each. What only one of them has is another configuration. The same is compared once:
 * pages and commands that are looked at ask again every two seconds.
 */
export function differing(prints: Fingerprints, secrets: SecretsAt): Promise<readonly string[]> {
  const known = compared.get(secrets) ?? new Map<string, Promise<readonly string[]>>();
  compared.set(secrets, known);
  const key = JSON.stringify(prints);
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = compare(prints, secrets);
  if (known.size >= MOST_COMPARED) known.clear();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

async function compare({ salt, values }: Fingerprints, secrets: SecretsAt): Promise<readonly string[]> {
  const common = new Map([...secrets].filter(([path]) => path in values));
  const own = await fingerprintsOf(common, salt);
  return Object.keys(own.values).filter((path) => own.values[path] !== values[path]);
}
