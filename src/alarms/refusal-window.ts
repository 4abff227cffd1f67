/** How many requests of each app were refused lately, and how many were taken: looked at now and then, from counts that only grow. */
import type { IntakeCount } from "../facts/intake-facts.ts";

export interface AppCounts {
  readonly app: string;
  /** Their `Sign` was missing or wrong. */
  readonly refused: number;
  /** They were authentic. */
  readonly taken: number;
}

type Counts = ReadonlyMap<string, Readonly<Record<IntakeCount, number>>>;

interface Sample {
  readonly at: number;
  readonly counts: ReadonlyMap<string, AppCounts>;
}

const TAKEN: readonly IntakeCount[] = [
  ...(["callbacks_stored", "callbacks_empty", "callbacks_other_command", "callbacks_faulty"] as const),
  ...(["callbacks_too_large", "callbacks_lost", "refused_clock", "refused_body"] as const),
];
/** So many looks are remembered of one span. */
const SAMPLES = 60;

/**
 * @param counts by app, since the process began @param apps those that are configured @param withinMs the span
 * @returns what was counted in the span, or since the process began
 */
export type LookAtRefusals = (counts: Counts, apps: readonly string[], withinMs: number) => readonly AppCounts[];

/** @param now milliseconds of a clock that never jumps */
export function openRefusalWindow(now: () => number = () => performance.now()): LookAtRefusals {
  let samples: readonly Sample[] = [];

  return (counts, apps, withinMs) => {
    const at = now();
    const current = new Map(apps.map((app) => [app, sumsOf(app, counts)]));
    // the latest of those that lie before the span, and all that lie within
    const before = samples.findLastIndex((sample) => sample.at <= at - withinMs);
    samples = samples.slice(Math.max(0, before));
    const base = before === -1 ? undefined : samples[0];
    const last = samples.at(-1);
    if (last === undefined || at - last.at >= withinMs / SAMPLES) samples = [...samples, { at, counts: current }];
    return [...current.values()].map((sums) => less(sums, base?.counts.get(sums.app)));
  };
}

function sumsOf(app: string, counts: Counts): AppCounts {
  const own = counts.get(app);
  if (own === undefined) return { app, refused: 0, taken: 0 };
  return { app, refused: own.refused_sign, taken: TAKEN.reduce((sum, name) => sum + own[name], 0) };
}

/** Counts of an app that was configured anew begin anew. */
function less(now: AppCounts, before: AppCounts | undefined): AppCounts {
  const { refused = 0, taken = 0 } = before ?? {};
  if (refused > now.refused || taken > now.taken) return now;
  return { app: now.app, refused: now.refused - refused, taken: now.taken - taken };
}
