/** How much time what is too slow may take up: some at once, and in the long run a small share of the whole. */

export interface Slowness {
  /** So many milliseconds were spent in vain. */
  spent(ms: number): void;
  /** For how long nothing more is done, in milliseconds: once too much is owed, until half of it is paid back. */
  heldMs(): number | undefined;
}

/** What is too slow may take up so many milliseconds at once, and in the long run one in `SLOW_SHARE`. */
const SLOW_MS = 1_000;
const SLOW_SHARE = 20;

/** @param monotonic milliseconds */
export function openSlowness(monotonic: () => number): Slowness {
  /** Milliseconds spent, less what has been paid back since. */
  let debt = { ms: 0, at: monotonic() };
  let heldUntil = Number.NEGATIVE_INFINITY;
  return {
    spent(ms) {
      debt.ms += ms;
    },
    heldMs() {
      const now = monotonic();
      debt = { ms: Math.max(0, debt.ms - (now - debt.at) / SLOW_SHARE), at: now };
      if (debt.ms >= SLOW_MS) heldUntil = now + (debt.ms - SLOW_MS / 2) * SLOW_SHARE;
      return now < heldUntil ? Math.ceil(heldUntil - now) : undefined;
    },
  };
}
