/** The signature that calls carry: made from the secret key, kept for half of its life, or as it stands in the configuration. */
import type { RestSettings } from "../config/schema.ts";
import { userSig } from "./usersig.ts";

/** Seconds. Chat advises a day at least. */
const LIFETIME = 86_400;

export interface Signer {
  /** @param now milliseconds since 1970, on our clock */
  current(now: number): string;
  /**
   * After Chat has called the last one expired: whether there can be another. It is made by Chat's clock from then on, where an
   * answer has told it: a machine whose clock is off by a day would sign nothing else that holds.
   * @param aheadMs how far Chat's clock is ahead of ours
   */
  renew(now: number, aheadMs: number | undefined): boolean;
}

export function openSigner(app: number, { admin, secret_key, user_sig }: RestSettings): Signer {
  // what the configuration's rules have established: one of the two is there
  if (secret_key === undefined) return { current: () => user_sig ?? "", renew: () => false };
  let correction = 0;
  let made: { readonly text: string; readonly at: number } | undefined;

  function make(now: number): string {
    const time = Math.floor((now + correction) / 1_000);
    const text = userSig({ identifier: admin, app, time, lifetime: LIFETIME }, secret_key ?? "");
    made = { text, at: now };
    return text;
  }

  return {
    current(now) {
      // a clock that was set back makes it one of the future
      const isFresh = made !== undefined && now >= made.at && now - made.at < LIFETIME * 500;
      return isFresh && made !== undefined ? made.text : make(now);
    },
    renew(now, aheadMs) {
      correction = aheadMs ?? 0;
      make(now);
      return true;
    },
  };
}
