/** What keeping callbacks took: transactions of the store, and appends to the spool in their place. */
import { type Histogram, openHistogram } from "./histogram.ts";

export const PLACES = ["store", "spool"] as const;
export type KeptPlace = (typeof PLACES)[number];

export interface CommitFacts {
  /** A group was kept. @param size callbacks and quarantine entries in it */
  kept(size: number, ms: number): void;
  /** A group was not taken. */
  failed(): void;
  /** Seconds. */
  readonly durations: Histogram;
  readonly sizes: Histogram;
  readonly failures: number;
}

export type KeepingFacts = Readonly<Record<KeptPlace, CommitFacts>>;

const DURATION_BORDERS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const SIZE_BORDERS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000];

export function openKeepingFacts(): KeepingFacts {
  return { store: openCommitFacts(), spool: openCommitFacts() };
}

function openCommitFacts(): CommitFacts {
  const [durations, sizes] = [openHistogram(DURATION_BORDERS), openHistogram(SIZE_BORDERS)];
  const whole = {
    durations,
    sizes,
    failures: 0,
    kept(size: number, ms: number): void {
      durations.observe(ms / 1_000);
      sizes.observe(size);
    },
    failed(): void {
      whole.failures += 1;
    },
  };
  return whole;
}

/** Hands on a call that keeps a group, and notes how long it took. */
export async function timed<T>(facts: CommitFacts, size: number, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    const result = await work();
    facts.kept(size, performance.now() - begun);
    return result;
  } catch (error) {
    facts.failed();
    throw error;
  }
}
