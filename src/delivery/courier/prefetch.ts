/**
 * The next claim, taken ahead: sending need not stand still while the store looks for more, and who routes can take along what a courier
 * that rests will send.
 */
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
  /** Begins to take the next one. What goes wrong is heard of by `next`. @param taken by somebody else; undefined where it was not */
  begin(taken?: Promise<T | undefined>): void;
  /** Whether one was begun that nobody has asked for yet. */
  isBegun(): boolean;
  /** What was taken ahead while it is fresh, else what is taken now. Rejects when the store does not answer. */
  next(): Promise<T>;
  /** Gives back what was taken ahead, if anything was. */
  cancel(): Promise<void>;
}

export function openPrefetch<T>({ take, giveBack, freshMs, timer = countdown }: PrefetchOptions<T>): Prefetch<T> {
  let ahead: { readonly taken: Promise<T | undefined>; readonly isStale: Countdown } | undefined;

  async function cancel(): Promise<void> {
    const taken = await ahead?.taken.catch(() => undefined);
    ahead = undefined;
    if (taken !== undefined) await giveBack(taken);
  }

  /** What was not taken is nothing to wait for. */
  function forget(taken: Promise<T | undefined>): void {
    if (ahead?.taken === taken) ahead = undefined;
  }

  return {
    isBegun: () => ahead !== undefined,
    begin(taken = take()) {
      ahead = { taken, isStale: timer(freshMs) };
      taken.then(
        (one) => one ?? forget(taken),
        // heard of by whoever asks for it
        () => undefined,
      );
    },
    async next() {
      if (ahead?.isStale()) await cancel();
      const begun = ahead?.taken;
      ahead = undefined;
      return (await begun) ?? take();
    },
    cancel,
  };
}
