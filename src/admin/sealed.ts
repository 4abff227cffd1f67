/**
 * Texts that only the holder of an account's token can have made: `name.rest.expiry.seal`. No further secret is needed, every machine
 * with this account believes them, and whoever changes the token ends them.
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Account } from "./accounts.ts";

/** What it is for: a seal of one purpose is none of another. */
export type Purpose = "session" | "single use";

export interface Sealed {
  readonly account: Account;
  /** What was sealed beside name and expiry. */
  readonly rest: string;
  /** Milliseconds since 1970. */
  readonly expiry: number;
}

/** @param sealed `rest` of letters, digits, - and _ alone */
export function seal({ account, rest, expiry }: Sealed, purpose: Purpose): string {
  const text = [account.name, rest, expiry].join(".");
  return `${text}.${macOf(text, account, purpose).toString("base64url")}`;
}

/** What was sealed for this purpose by one of these accounts and holds at `now`; undefined for anything else. */
export function unseal(text: string, accounts: readonly Account[], purpose: Purpose, now: number): Sealed | undefined {
  // the name may have dots in it
  const [, body = "", name = "", rest = "", expiry = "", mac = ""] = SEALED.exec(text) ?? [];
  const account = accounts.find((each) => each.name === name);
  if (account === undefined || Number(expiry) <= now) return undefined;
  const [given, right] = [Buffer.from(mac, "base64url"), macOf(body, account, purpose)];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return { account, rest, expiry: Number(expiry) };
}

const SEALED = /^((.{1,64})\.([\w-]{0,64})\.(\d{1,15}))\.([\w-]{43})$/;

function macOf(text: string, { token }: Account, purpose: Purpose): Buffer {
  const key = Buffer.from(hkdfSync("sha256", token, "", `unsub-bridge ${purpose}`, 32));
  return createHmac("sha256", key).update(text).digest();
}
