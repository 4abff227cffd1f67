/** Who is missing: whom the roster has and Chat's list has not. Times and words: roster.ts. */
import type { AccountKey } from "./accounts.ts";
import type { RosterStep } from "./held-pass.ts";

/**
 * `found`: by the latest pass, to be asked about. `held`: nobody is asked until a person decides; `why` is the reason. `baseline`: known as
 * subscribed before the first pass, and not there; held as well. `quarantined`: a callback that names them waits in the quarantine.
 * `no_moment`: no time is left at which they could have left. `came_back`: there, with a newer subscription.
 */
export type MissingState = "found" | "held" | "baseline" | "quarantined" | "no_moment" | "came_back";

export interface Missing extends AccountKey {
  readonly user: string;
  readonly state: MissingState;
  /** Of the subscription that seems to have ended. */
  readonly subscribeTime: number;
  /** When they were last known to be subscribed, on Chat's clock: the beginning of the window. */
  readonly seenAt: number;
  /** The newer subscription of one who came back. */
  readonly back: number | null;
  readonly foundAt: number;
  /** The pass that last found it. */
  readonly pass: string;
  readonly why: string | null;
  /** The entry of the quarantine that names them. */
  readonly entry: string | null;
}

export interface MissingFilter {
  readonly app?: string;
  readonly account?: string;
  /** All unless given. */
  readonly states?: readonly MissingState[];
  /** Only what this pass found. */
  readonly pass?: string;
}

/** Of one account, for the decision whether a person must look first. */
export interface MissingCounts extends AccountCounts {
  /** To be asked about now. */
  readonly found: number;
  /** Found and held within the last 24 hours. */
  readonly heldLately: number;
}

export interface AccountCounts {
  /** Healed within the last 24 hours. */
  readonly healedLately: number;
  /** Rows of the roster, the missing included. */
  readonly people: number;
}

/** Of those that a step has looked at. */
export interface Reviewed extends Pick<MissingCounts, "found" | "heldLately"> {
  readonly tag: "reviewed";
  readonly next: string | null;
}

export interface HoldStep extends RosterStep {
  /** The reason. */
  readonly why: string;
}

export interface HeldBack {
  readonly tag: "held";
  readonly people: number;
  readonly next: string | null;
}

/** @property next where the next step goes on; `null`: all were looked at */
export interface Discarded {
  readonly discarded: number;
  readonly next: string | null;
}
