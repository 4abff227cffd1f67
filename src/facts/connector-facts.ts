/** What one connector has sent, and what became of it. */
import type { Rate } from "../connector.ts";
import { DEAD_CLASSES, type DeadClass } from "../storage/contract/deliveries.ts";
import { type Histogram, openHistogram } from "./histogram.ts";
import { openTally, type Tally } from "./tally.ts";

/** What an attempt came to, for one delivery: its outcome, or the trouble of the whole destination. */
export const ATTEMPT_OUTCOMES = [
  "delivered",
  "retry",
  "unmatched",
  "rejected",
  "skipped",
  "unavailable",
  "credentials_refused",
  "gone",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** How deliveries end in a courier's hands. */
export const ENDINGS = ["delivered", "dead", "skipped", "superseded"] as const;
export type CallEnding = (typeof ENDINGS)[number];

/** Requests of one budget. */
export interface PermitFacts {
  readonly rate: Rate;
  used: number;
}

export interface ConnectorFacts {
  /** So many deliveries are in calls that are under way. */
  inFlight: number;
  /** So many calls may be under way at once, as its destination answers; 0: it is not served. */
  concurrency: number;
  /** When its courier last began a round, by a clock that never jumps, milliseconds; `undefined`: not yet. */
  roundAt: number | undefined;
  readonly attempts: Tally<AttemptOutcome>;
  readonly endings: Tally<CallEnding>;
  readonly dead: Tally<DeadClass>;
  /** Seconds from when it happened, and from when its callback was received, until the destination had it. */
  readonly fromEvent: Histogram;
  readonly fromReceipt: Histogram;
  /** By budget. */
  readonly permits: Map<string, PermitFacts>;
}

const SPEED_BORDERS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200, 259_200];

export function openConnectorFacts(): ConnectorFacts {
  return {
    inFlight: 0,
    concurrency: 0,
    roundAt: undefined,
    attempts: openTally(ATTEMPT_OUTCOMES),
    endings: openTally(ENDINGS),
    dead: openTally(DEAD_CLASSES),
    fromEvent: openHistogram(SPEED_BORDERS),
    fromReceipt: openHistogram(SPEED_BORDERS),
    permits: new Map(),
  };
}
