/** Which accounts are due: by their passes, whoever ran them, and by what this process has seen. */
import type { AccountKey, RosterAccount } from "../storage/contract/accounts.ts";
import type { PassWish } from "../storage/contract/passes.ts";
import type { RosterStore } from "../storage/contract/roster.ts";
import { dueAt } from "./decide-due.ts";

export interface Schedule {
  /** Callbacks may be missing, of any account: all are due as soon as they may be. */
  wantAll(): void;
  /** This one is due as soon as it may be. */
  want(account: AccountKey): void;
  /** Nobody asks about it before, in milliseconds since 1970. */
  notBefore(account: AccountKey, at: number): void;
  due(every: number): Promise<readonly Due[]>;
}

/** `wish`: somebody wants it at once. */
export interface Due extends RosterAccount {
  readonly wish?: PassWish;
}

export interface ScheduleOptions {
  readonly storage: Pick<RosterStore, "rosterAccounts" | "passes" | "passWishes">;
  readonly clock: () => number;
}

/** So many passes tell for how long an account has been in trouble. */
const LOOKED_AT = 8;
/** What was found is asked anew after so long at the latest: the settings, or another machine, may have changed it. */
const LOOK_AGAIN_MS = 10 * 60_000;

const keyOf = ({ app, account }: AccountKey): string => JSON.stringify([app, account]);

export function openSchedule({ storage, clock }: ScheduleOptions): Schedule {
  let allWantedAt = clock();
  const wantedAt = new Map<string, number>();
  /** For trouble, which a wish must wait for as well. */
  const notBefore = new Map<string, number>();
  /** Before that it is not due by itself. */
  const lookAt = new Map<string, number>();

  async function isDue(account: Due, every: number): Promise<boolean> {
    const key = keyOf(account);
    const now = clock();
    if (now < (notBefore.get(key) ?? 0)) return false;
    if (account.wish !== undefined) return true;
    if (now < (lookAt.get(key) ?? 0)) return false;
    const passes = await storage.passes({ app: account.app, account: account.account, limit: LOOKED_AT });
    const wanted = Math.max(allWantedAt, wantedAt.get(key) ?? 0);
    const rosters = passes.filter(({ kind }) => kind === "roster");
    const at = dueAt({ every, passes: rosters, noAccount: account.noAccount, wantedAt: wanted });
    if (at <= now) return true;
    lookAt.set(key, Math.min(at, now + LOOK_AGAIN_MS));
    return false;
  }

  return {
    wantAll() {
      allWantedAt = clock();
      for (const times of [notBefore, lookAt]) times.clear();
    },
    want(account) {
      wantedAt.set(keyOf(account), clock());
      for (const times of [notBefore, lookAt]) times.delete(keyOf(account));
    },
    notBefore: (account, at) => void notBefore.set(keyOf(account), at),
    async due(every) {
      const due: Due[] = [];
      const wishes = new Map((await storage.passWishes()).map((wish) => [keyOf(wish), wish]));
      const accounts = (await storage.rosterAccounts()).map((account): Due => {
        const wish = wishes.get(keyOf(account));
        return wish === undefined ? account : { ...account, wish };
      });
      // anybody may name any account
      const known = new Set(accounts.map(keyOf));
      for (const key of wantedAt.keys()) if (!known.has(key)) wantedAt.delete(key);
      for (const account of accounts) if (await isDue(account, every)) due.push(account);
      return due;
    },
  };
}
