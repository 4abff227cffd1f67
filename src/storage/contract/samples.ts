/** What machines have counted, minute by minute: for charts. The older it is, the coarser it is kept. */

/** Lengths of spans, in minutes: for an hour, a day and two weeks. */
export const SPANS = [1, 10, 120] as const;
export type SpanMinutes = (typeof SPANS)[number];

/** Of one span: what was counted in it, and the most of what stood at its minutes. Absent: nobody knows. */
export interface SampleCounts {
  // of a connector
  readonly delivered?: number;
  readonly dead?: number;
  readonly waiting?: number;
  /** Since when the oldest of these waits, milliseconds. */
  readonly oldestMs?: number;
  // of what comes in
  readonly callbacks?: number;
  readonly refused?: number;
  /** Answers by how long they took: the upper border of their bucket in seconds, or `Infinity`. */
  readonly acks?: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly minutes: SpanMinutes;
  /** When the span began, milliseconds since 1970, by the clock of the machine that counted. */
  readonly at: number;
  /** Empty: what comes in. */
  readonly connector: string;
  readonly counts: SampleCounts;
}

/** The store's side of it. What holds for every method of a store holds here (storage.ts). */
export interface SampleStore {
  /**
   * Keeps what a machine has counted, in the place of what it said of the same span before: so it can be said again.
   * @param machine fresh for each start
   */
  keepSamples(machine: string, samples: readonly Sample[]): Promise<void>;
}

/** How a store is looked at for it. */
export interface SampleLooks {
  /** All machines' spans of this length since then, the newest first; 20,000 at most. One that began before is not among them. */
  samples(minutes: SpanMinutes, since: number): Promise<readonly Sample[]>;
}
