/** What comes again and again, told once a minute. */

export const MINUTE_MS = 60_000;

/** Calls `act` at most once in so many milliseconds; what comes in between is dropped. */
export function atMostEvery<Args extends unknown[]>(ms: number, act: (...args: Args) => void): (...args: Args) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - last < ms) return;
    last = performance.now();
    act(...args);
  };
}

export function onceAMinute<Args extends unknown[]>(act: (...args: Args) => void): (...args: Args) => void {
  return atMostEvery(MINUTE_MS, act);
}

export interface WindowOptions<Sums> {
  readonly begin: () => Sums;
  /** Called when its time is over. */
  readonly end: (sums: Sums) => void;
  /** A minute unless set, in milliseconds. */
  readonly ms?: number;
}

/**
 * What is summed up from a first time on, until the window closes; the next time opens another one.
 * @returns what gives the sums of the window that is open
 */
export function openWindows<Sums>({ begin, end, ms = MINUTE_MS }: WindowOptions<Sums>): () => Sums {
  let open: { readonly sums: Sums } | undefined;
  return () => {
    if (open !== undefined) return open.sums;
    const sums = begin();
    open = { sums };
    const close = () => {
      open = undefined;
      end(sums);
    };
    setTimeout(close, ms).unref();
    return sums;
  };
}
