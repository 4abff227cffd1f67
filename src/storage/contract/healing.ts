/** One who has left is healed: the wish that no callback told of is written. Times and words: roster.ts. */
import type { AccountKey } from "./accounts.ts";
import type { Act } from "./audit.ts";
import type { Held, Lost } from "./held-pass.ts";

/** `left`: their list holds the account no more. `deleted`: Chat has no such user. `destroyed`: Chat has no such account. */
export type HealReason = "left" | "deleted" | "destroyed";

export interface HealRequest extends Held, AccountKey {
  readonly user: string;
  /** Of the row that ends: another one's is left alone. */
  readonly subscribeTime: number;
  /**
   * The end of the window on Chat's clock: just before the request that confirmed it. Ignored where
   * `back` is given: then the window ends just before that.
   */
  readonly until: number;
  /** The newer subscription of one who came back: it becomes an event and a row of its own. */
  readonly back?: number;
  readonly reason: HealReason;
  /** `chat.max_clock_skew`. */
  readonly skewMs: number;
  /** Where somebody has decided it: its row of the audit is written with the event. */
  readonly act?: Act;
}

/**
 * `healed`: its event is stored. `gone`: there is no such row (any more): a callback, a person or another pass was faster. `newer`: an
 * event that the row does not know of is newer. `unread`: a callback that may be theirs is not read yet: come again.
 * `no_moment`: no time is left at which it could have happened; listed as such.
 */
export type HealResult =
  | { readonly tag: "healed"; readonly event: string; readonly eventTime: number }
  | { readonly tag: "gone" | "newer" | "unread" | "no_moment" }
  | Lost;

/** What is known of a healed wish beside its event. */
export interface Healed {
  /** The event's id. */
  readonly event: string;
  readonly reason: HealReason;
  /** In the window, on Chat's clock. */
  readonly happenedBetween: readonly [from: number, to: number];
  readonly discoveredAt: number;
  /** The event of the genuine callback that came after all. */
  readonly callback: string | null;
}

/** What was told, and what was found, of one account in one month. */
export interface Coverage extends AccountKey {
  /** `2026-11`, UTC, by event time. */
  readonly month: string;
  /** Unsubscriptions that callbacks told. */
  readonly told: number;
  /** Those that we found. */
  readonly found: number;
  /** The longest from the beginning of the window to the discovery, milliseconds. */
  readonly longestMs: number;
}
