/** A pass that somebody holds, and how it is found to be held no more. Words: roster.ts. */

/** The pass, and who believes to hold it: each call that names it renews its lease. */
export interface Held {
  readonly pass: string;
  readonly holder: string;
  readonly leaseMs: number;
}

/** It is another's by now, ended, or there is none. Nothing was changed. */
export interface Lost {
  readonly tag: "lost";
}

/**
 * What the pass has read is not there any more: the database has crashed meanwhile, or a standby has taken over, or somebody has removed
 * the file. Nothing was changed, and nothing follows from what is left.
 */
export interface Vanished {
  readonly tag: "vanished";
}

/** A step of a walk. */
export interface RosterStep extends Held {
  /** `next` of the step before. */
  readonly after: string | null;
  /** Rows that it looks at, at most. */
  readonly limit: number;
}
