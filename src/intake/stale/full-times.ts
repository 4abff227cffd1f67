/** RequestTimes that there was no more room for: what comes with one of them is refused unread for a while. */

export interface FullTimes {
  has(app: string, requestTime: number): boolean;
  add(app: string, requestTime: number): void;
}

/** In milliseconds. */
const FULL_MS = 10_000;
const MOST_REMEMBERED = 1_000;

/** @param clock milliseconds of one that never jumps */
export function fullTimes(clock: () => number = () => performance.now()): FullTimes {
  const until = new Map<string, number>();
  const keyOf = (app: string, requestTime: number) => `${requestTime} ${app}`;
  return {
    has(app, requestTime) {
      const key = keyOf(app, requestTime);
      const end = until.get(key);
      if (end === undefined || clock() < end) return end !== undefined;
      until.delete(key);
      return false;
    },
    add(app, requestTime) {
      const [oldest] = until.keys();
      if (until.size >= MOST_REMEMBERED && oldest !== undefined) until.delete(oldest);
      until.set(keyOf(app, requestTime), clock() + FULL_MS);
    },
  };
}
