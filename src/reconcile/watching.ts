/** What the loop looks at between passes: whose rosters are wanted, what is not read yet, and whether we were away. Milliseconds. */
import type { RosterScope, RosterStore } from "../storage/contract/roster.ts";
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

/** How often this process looks whether it was away, in milliseconds. */
const BEAT_MS = 10_000;

/**
 * Tells when callbacks may have been missed: this process did not run for a while, or could not keep some.
 * @param lost how many callbacks could not be kept so far
 * @returns ends it
 */
export function watchAbsence(lost: () => number, onAway: () => void): () => void {
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
  return () => clearInterval(timer);
}
