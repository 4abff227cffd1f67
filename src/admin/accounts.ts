/** The accounts of the settings, or the one that stands for a file on this machine; found by what they show. */
import { hash, timingSafeEqual } from "node:crypto";
import type { AdminSettings } from "../config/schema.ts";
import type { Identity } from "./identity.ts";

export interface Account extends Identity {
  readonly token: string;
}

export interface Accounts {
  readonly all: readonly Account[];
  /** True where the settings name none, nor a login proxy: then `all` is whoever can read the token's file. */
  readonly isLocal: boolean;
  byToken(token: string): Account | undefined;
}

/** The name of whoever has the token of the file: somebody on this machine. */
export const LOCAL = "local";

/** Whether nobody is let in but whoever can read a file on this machine. */
export const isOnlyLocal = ({ accounts, sso }: Pick<AdminSettings, "accounts" | "sso">): boolean =>
  accounts.length === 0 && sso === undefined;

/** @param localToken what the file on this machine holds; counts where the settings name no account */
export function accountsOf(settings: Pick<AdminSettings, "accounts" | "sso">, localToken: string): Accounts {
  const { accounts } = settings;
  const isLocal = isOnlyLocal(settings);
  const all: readonly Account[] = isLocal
    ? [{ name: LOCAL, role: "operator", proven: false, token: localToken }]
    : accounts.map((account) => ({ ...account, proven: true }));
  const digests = all.map(({ token }) => digestOf(token));
  return {
    all,
    isLocal,
    byToken(token) {
      const given = digestOf(token);
      let found = -1;
      // each is compared, so that the time taken does not tell which one it was
      for (const [index, digest] of digests.entries()) if (timingSafeEqual(digest, given)) found = index;
      return all[found];
    },
  };
}

/** Of one length, whatever the token's is. */
function digestOf(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
