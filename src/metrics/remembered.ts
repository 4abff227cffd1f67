/** An answer that several want at once: asked for now and then, waited for a little, and remembered. */
import { within } from "../basics/waiting.ts";

export interface Known<T> {
  /** The latest answer; `undefined` before the first one, and when it is too old to be told. */
  readonly value: T | undefined;
  /** Milliseconds since it came; `undefined` before the first one. */
  readonly ageMs: number | undefined;
  /** Whether it is answered: the last question was, or is under way and the one before it was, not long ago. */
  readonly isAnswered: boolean;
}

export interface Remembered<T> {
  /** Resolves within `patienceMs`. Never rejects. */
  look(): Promise<Known<T>>;
}

/** All in milliseconds. */
export interface RememberedLimits {
  /** It is asked at most so often; less often when answers take long, so that asking takes a tenth of the time at most. */
  readonly everyMs: number;
  /** So long a look waits for an answer. */
  readonly patienceMs: number;
  /** Whoever does not answer for so long is taken to be down. */
  readonly silenceMs: number;
  /** An older answer is not told any more. */
  readonly oldestMs: number;
}

const LIMITS: RememberedLimits = { everyMs: 1_000, patienceMs: 1_000, silenceMs: 10_000, oldestMs: 60_000 };
/** Rest between two questions, in times of what the last answer took, and at most so many milliseconds. */
const REST_FACTOR = 9;
const LONGEST_REST_MS = 30_000;

/** @param now milliseconds of a clock that never jumps */
export function remembered<T>(
  ask: () => Promise<T>,
  given: Partial<RememberedLimits> = {},
  now: () => number = () => performance.now(),
): Remembered<T> {
  const { everyMs, patienceMs, silenceMs, oldestMs } = { ...LIMITS, ...given };
  let latest: { readonly value: T; readonly at: number } | undefined;
  let hasFailed = false;
  let underWay: Promise<void> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let mayAskAt = Number.NEGATIVE_INFINITY;

  async function question(): Promise<void> {
    try {
      latest = { value: await ask(), at: now() };
      hasFailed = false;
    } catch {
      hasFailed = true;
    }
    underWay = undefined;
    mayAskAt = askedAt + Math.max(everyMs, Math.min((now() - askedAt) * (1 + REST_FACTOR), LONGEST_REST_MS));
  }

  return {
    async look() {
      if (underWay === undefined && now() >= mayAskAt) {
        askedAt = now();
        underWay = question();
      }
      const leftMs = patienceMs - (now() - askedAt);
      if (underWay !== undefined && leftMs > 0) await within(leftMs, "an answer", underWay).catch(() => undefined);
      const ageMs = latest && now() - latest.at;
      return {
        value: ageMs === undefined || ageMs > oldestMs ? undefined : latest?.value,
        ageMs,
        isAnswered:
          !hasFailed &&
          (underWay === undefined ? latest !== undefined : now() - askedAt < silenceMs && latest !== undefined),
      };
    },
  };
}
