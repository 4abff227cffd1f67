/** How long an exchange may last, and hearing that it is over. */

export interface Limit {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** As `performance.now()` tells the time: a second try begins late. */
  readonly endsAt: number;
}

/** Why nothing more is waited for. */
export function overBecause({ signal, timeoutMs }: Limit): unknown {
  return signal.aborted ? signal.reason : new Error(`no answer within ${timeoutMs / 1000} s`);
}

export interface LimitWatch {
  /** From now on so many milliseconds at most. */
  shorten(ms: number): void;
  clear(): void;
}

/** Calls `onOver` once, when the signal aborts or the time is up. By hand: a signal that also knows the time would cost a tenth of a delivery. */
export function watchLimit({ signal, endsAt }: Limit, onOver: () => void): LimitWatch {
  signal.addEventListener("abort", onOver, { once: true });
  let timer = setTimeout(onOver, left(endsAt));
  return {
    shorten(ms) {
      clearTimeout(timer);
      timer = setTimeout(onOver, Math.min(ms, left(endsAt)));
    },
    clear() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onOver);
    },
  };
}

/** Milliseconds. */
const left = (endsAt: number): number => Math.max(0, endsAt - performance.now());

/** A signal that aborts with the limit's own, or when its time is up; `clear` once nobody listens any more. */
export function signalOf(limit: Limit): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(overBecause(limit));
  if (limit.signal.aborted) abort();
  const { clear } = watchLimit(limit, abort);
  return { signal: controller.signal, clear };
}
