/** What reconciling has done since the process began, and what it does now. */
import { openTally, type Tally } from "./tally.ts";

/** `unasked`: Chat did not say enough for a pass to begin. */
export const PASS_ENDS = ["done", "void", "lost", "stopped", "unasked"] as const;
export type PassEnding = (typeof PASS_ENDS)[number];

/** What became of the people who were asked about. `alone`: nothing is known of them, the next pass asks again. `outrun`: something newer is known. */
export const PERSON_ENDS = ["healed", "present", "alone", "outrun", "no_moment"] as const;
export type PersonEnding = (typeof PERSON_ENDS)[number];

export type PassPhase = "reading" | "sifting" | "merging" | "confirming";

/** A pass that runs here. */
export interface RunningPass {
  readonly app: string;
  readonly account: string;
  phase: PassPhase;
  /** Different people on the pages that were read, of so many as Chat counted at its beginning. */
  people: number;
  readonly subscribers: number;
}

export interface ReconcileFacts {
  readonly passes: Tally<PassEnding>;
  readonly people: Tally<PersonEnding>;
  /** How many were held for a person to decide. */
  held: number;
  /** Why no pass begins, or nobody is asked about, at this moment. */
  waiting: string | undefined;
  readonly running: Set<RunningPass>;
  /** Why the latest pass of an account was no good; by app and account, until a good one. */
  readonly trouble: Map<
    string,
    { readonly app: string; readonly account: string; readonly why: string; readonly at: number }
  >;
}

export function openReconcileFacts(): ReconcileFacts {
  return {
    passes: openTally(PASS_ENDS),
    people: openTally(PERSON_ENDS),
    held: 0,
    waiting: undefined,
    running: new Set(),
    trouble: new Map(),
  };
}
