/** Answers that are kept back for a while: whoever asks too often waits, instead of asking again at once. */
import { sleep } from "../basics/waiting.ts";

export interface Holding {
  /** Resolves after a while; false at once when too many wait already. */
  hold(): Promise<boolean>;
  /** Nobody waits any more. */
  end(): void;
}

/** Milliseconds. */
const HOLD_MS = 1_000;
/** Each is an idle connection and a timer. */
const MOST_HELD = 500;

export function openHolding({ ms = HOLD_MS, most = MOST_HELD } = {}): Holding {
  const ending = new AbortController();
  let held = 0;
  return {
    async hold() {
      if (held >= most) return false;
      held += 1;
      await sleep(ms, ending.signal).catch(() => undefined);
      held -= 1;
      return true;
    },
    end: () => ending.abort(),
  };
}
