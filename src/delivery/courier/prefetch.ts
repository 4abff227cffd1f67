/** The claim after the one that is being sent, taken ahead: sending need not stand still while the store looks for more. */
import { type Countdown, countdown } from "../../basics/countdown.ts";

export interface PrefetchOptions<T> {
  readonly take: () => Promise<T>;
  readonly giveBack: (taken: T) => Promise<void>;
  /** Milliseconds after which it is given back instead of used: a pause, or a newer wish, may have come since. */
  readonly freshMs: number;
  /** Tells whether so many milliseconds have passed. */
  readonly timer?: (ms: number) => Countdown;
}

export interface Prefetch<T> {
  /** Begins to take the next one. What goes wrong is heard of by `next`. */
  begin(): void;
  /** What was taken ahead while it is fresh, else what is taken now. Rejects when the store does not answer. */
  next(): Promise<T>;
  /** Gives back what was taken ahead, if anything was. */
  cancel(): Promise<void>;
}

export function openPrefetch<T>({ take, giveBack, freshMs, timer = countdown }: PrefetchOptions<T>): Prefetch<T> {
  let ahead: { readonly taken: Promise<T>; readonly isStale: Countdown } | undefined;

  async function cancel(): Promise<void> {
    const taken = await ahead?.taken.catch(() => undefined);
    ahead = undefined;
    if (taken !== undefined) await giveBack(taken);
  }

  return {
    begin() {
      ahead = { taken: take(), isStale: timer(freshMs) };
      // heard of by whoever asks for it
      ahead.taken.catch(() => undefined);
    },
    async next() {
      if (ahead?.isStale()) await cancel();
      const taken = ahead?.taken ?? take();
      ahead = undefined;
      return taken;
    },
    cancel,
  };
}
