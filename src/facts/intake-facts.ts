/** What intake has seen and done. */
import { sum } from "../basics/sum.ts";
import { type Histogram, openHistogram } from "./histogram.ts";
import { openRecentMost } from "./recent-most.ts";
import { openTally, type Tally } from "./tally.ts";

/** What happens to requests, by the name under which the store counts it as well. */
export const INTAKE_COUNTS = [
  "callbacks_stored",
  "callbacks_empty",
  "callbacks_other_command",
  "callbacks_faulty",
  "callbacks_too_large",
  "callbacks_lost",
  "users_faulty",
  "refused_address",
  "refused_app",
  "refused_sign",
  "refused_clock",
  "stale_unkept",
  "refused_body",
  /** Right `Sign`, but on a path that nobody serves. */
  "callbacks_wrong_path",
  /** All else there. */
  "refused_path",
  /** Kept, but nobody was there any more to be told. */
  "answers_unheard",
] as const;

export type IntakeCount = (typeof INTAKE_COUNTS)[number];

/** Requests that name no app of ours, or that nobody looked at so closely. */
export const NO_APP = "other";

export interface IntakeFacts {
  /** @param app an SDKAppID that is configured; absent: of none */
  count(name: IntakeCount, by?: number, app?: string): void;
  /** A callback was kept and answered OK, so many milliseconds after its handler saw it. */
  acknowledged(ms: number): void;
  /** A signed request came that nobody can have kept back. @param aheadMs its RequestTime less our time */
  clockSeen(aheadMs: number): void;
  /** Counts by app. */
  readonly counts: ReadonlyMap<string, Tally<IntakeCount>>;
  /** Seconds from the first moment that the handler sees a callback to its OK. */
  readonly acks: Histogram;
  /** Acks that took longer than a second, and than the two that Chat waits. */
  readonly slowAcks: { readonly overOne: number; readonly overTwo: number };
  /** Milliseconds by which the senders' clocks were ahead of ours, in the last minute or two; `undefined`: nobody came. */
  clockAhead(): number | undefined;
  /** Forgets apps that are not configured any more. */
  keepApps(apps: ReadonlySet<string>): void;
}

/** Of all apps, and of none. */
export function countedOfAll({ counts }: Pick<IntakeFacts, "counts">, name: IntakeCount): number {
  return sum([...counts.values()].map((tally) => tally[name]));
}

/** 1.5 s is `server.answer_within`, 2 s is all that Chat waits. */
const ACK_BORDERS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5];
const CLOCK_SPAN_MS = 60_000;

export function openIntakeFacts(): IntakeFacts {
  const counts = new Map([[NO_APP, openTally(INTAKE_COUNTS)]]);
  const acks = openHistogram(ACK_BORDERS);
  const slowAcks = { overOne: 0, overTwo: 0 };
  const ahead = openRecentMost(CLOCK_SPAN_MS);

  function tallyOf(app: string): Tally<IntakeCount> {
    const known = counts.get(app);
    if (known !== undefined) return known;
    const fresh = openTally(INTAKE_COUNTS);
    counts.set(app, fresh);
    return fresh;
  }

  return {
    count(name, by = 1, app = NO_APP) {
      tallyOf(app)[name] += by;
    },
    acknowledged(ms) {
      acks.observe(ms / 1_000);
      if (ms <= 1_000) return;
      slowAcks.overOne += 1;
      if (ms > 2_000) slowAcks.overTwo += 1;
    },
    clockSeen: ahead.see,
    counts,
    acks,
    slowAcks,
    clockAhead: ahead.most,
    keepApps(apps) {
      for (const app of counts.keys()) if (app !== NO_APP && !apps.has(app)) counts.delete(app);
    },
  };
}
