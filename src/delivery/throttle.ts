/**
 * Router and couriers are throttled for intake. All share one thread, and Chat waits two seconds, the destinations as long as it takes: while
 * callbacks crowd in, router and couriers rest most of the time. Never all of it, or a long crowd would starve them.
 */
import { sleep } from "../basics/waiting.ts";

export interface Throttle {
  /** So many callbacks came in at once, and so many bytes of bodies with them. */
  arrived(callbacks: number, bytes: number): void;
  /** Called after a piece of work: resolves at once, unless callbacks crowd in. True when it rested. */
  rest(workedMs: number): Promise<boolean>;
  /** From now on nobody rests: what is under way must come to its end. */
  end(): void;
}

/**
 * As many callbacks in one turn of the event loop had to wait for others. Ten come in one turn at a thousand a second, too, whenever
 * the process had something else to do.
 */
const CROWD = 32;
/** So many bytes of bodies have kept others waiting, too, however few callbacks they are: each was read, checked and handed over. */
const CROWD_BYTES = 1024 * 1024;
/** A crowd is over when none was seen for so many milliseconds. */
const CROWDED_MS = 250;
/** Rest for each millisecond of work; several loops rest side by side. */
const REST_FACTOR = 12;
const LONGEST_REST_MS = 4_000;
const LOOK_AGAIN_MS = 20;

export function openThrottle(monotonic: () => number = () => performance.now()): Throttle {
  let lastCrowdAt = Number.NEGATIVE_INFINITY;
  let ended = false;
  const crowded = () => !ended && monotonic() - lastCrowdAt < CROWDED_MS;
  return {
    arrived(callbacks, bytes) {
      if (callbacks >= CROWD || bytes >= CROWD_BYTES) lastCrowdAt = monotonic();
    },
    async rest(workedMs) {
      const until = monotonic() + Math.min(LONGEST_REST_MS, workedMs * REST_FACTOR);
      let rested = false;
      while (crowded() && monotonic() < until) {
        await sleep(LOOK_AGAIN_MS);
        rested = true;
      }
      return rested;
    },
    end() {
      ended = true;
    },
  };
}
