/** What the loop looks at between passes: whose rosters are wanted, what is not read yet, which accounts are said to be gone, and whether we were away. Milliseconds. */
import { startLoop } from "../basics/loop.ts";
import { checkNotice } from "../callback.ts";
import type { Logger } from "../connector.ts";
import type { AccountKey, RosterScope } from "../storage/contract/accounts.ts";
import type { PassWish } from "../storage/contract/passes.ts";
import type { RosterStore } from "../storage/contract/roster.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { wasAway } from "./decide-due.ts";

/** Whose rosters are wanted is said again so often, in milliseconds. */
const SAY_EVERY_MS = 5 * 60_000;

/** Says it when it is another than before, and every few minutes. */
export function openScopes(
  storage: Pick<RosterStore, "keepRoster">,
  clock: () => number,
): (scopes: readonly RosterScope[] | null) => Promise<void> {
  let said: { readonly text: string; readonly at: number } | undefined;
  return async (scopes) => {
    const text = JSON.stringify(scopes);
    if (said?.text === text && Math.abs(clock() - said.at) < SAY_EVERY_MS) return;
    await storage.keepRoster(scopes);
    said = { text, at: clock() };
  };
}

/**
 * Whether all is read that had arrived when it was first asked. Where callbacks come without a pause something is always unread;
 * what has come since is newer than any answer of Chat's that we go by.
 */
export function openUnread(storage: Pick<Storage, "unread">, clock: () => number): () => Promise<boolean> {
  let since: number | undefined;
  return async () => {
    const [oldest] = await storage.unread(1);
    since ??= clock();
    if (oldest !== undefined && oldest.receivedAt <= since) return false;
    since = undefined;
    return true;
  };
}

/** Notices that come in so many milliseconds of a look may be told of after it. */
const OVERLAP_MS = 2 * 60_000;
const MOST_NOTICES = 100;

/**
 * Accounts that callbacks have called destroyed since the last look; at first, of the last minutes. It is no more than a reason to ask Chat:
 * their bodies are signed by nobody.
 */
export function openNotices(
  storage: Pick<Storage, "notices">,
  clock: () => number,
): () => Promise<readonly AccountKey[]> {
  let seen: ReadonlySet<number> = new Set();
  let lookedAt = clock();
  return async () => {
    const at = clock();
    const notices = await storage.notices(OVERLAP_MS + Math.max(0, at - lookedAt), MOST_NOTICES);
    const fresh = notices.filter(({ seq }) => !seen.has(seq));
    seen = new Set(notices.map(({ seq }) => seq));
    lookedAt = at;
    return fresh.flatMap((notice): AccountKey[] => {
      const checked = checkNotice(notice);
      return checked.ok ? [{ app: notice.app, account: checked.officialAccount }] : [];
    });
  };
}

/** A wish is seen so soon, in milliseconds. */
const WISHES_EVERY_MS = 1_000;

export interface WishesOptions {
  readonly storage: Pick<RosterStore, "passWishes">;
  /** Whether passes are run at all. */
  readonly isOn: () => boolean;
  readonly log: Logger;
}

/**
 * Tells when somebody wants a pass that nobody has wanted before.
 * @returns ends it
 */
export function watchWishes({ storage, isOn, log }: WishesOptions, onWish: () => void): () => Promise<void> {
  let seen: ReadonlySet<string> = new Set();
  const keyOf = ({ app, account, at }: PassWish) => JSON.stringify([app, account, at]);
  const round = async () => {
    if (!isOn()) return WISHES_EVERY_MS;
    const wishes = (await storage.passWishes()).map(keyOf);
    const isNew = wishes.some((wish) => !seen.has(wish));
    seen = new Set(wishes);
    if (isNew) onWish();
    return WISHES_EVERY_MS;
  };
  return startLoop({ round, log, what: "reconcile_wishes" }).stop;
}

/** How often this process looks whether it was away, in milliseconds. */
const BEAT_MS = 10_000;

/**
 * Tells when callbacks may have been missed: this process did not run for a while, or could not keep some.
 * @param lost how many callbacks could not be kept so far
 * @returns ends it
 */
export function watchAbsence(lost: () => number, onAway: () => void): () => Promise<void> {
  const look = () => ({ monotonic: performance.now(), wall: Date.now(), lost: lost() });
  let before = look();
  const timer = setInterval(() => {
    const now = look();
    // one clock may stand still while a machine sleeps, the other may be set back
    const sleptMs = Math.max(now.monotonic - before.monotonic, now.wall - before.wall);
    if (wasAway(sleptMs, BEAT_MS, now.lost - before.lost)) onAway();
    before = now;
  }, BEAT_MS);
  timer.unref();
  return async () => clearInterval(timer);
}
