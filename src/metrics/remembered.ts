/**
 * An answer that several want, and nobody is to wait for: asked for in the background as long as somebody looks, told with its
 * age. However many look, and however often, it is asked for no more often.
 */
import { restAfter, within } from "../basics/waiting.ts";

export interface KnownValue<T> {
  /** The latest answer; `undefined` before the first one, and when it is too old to be told. */
  readonly value: T | undefined;
  /** Milliseconds since it came; `undefined` before the first one. */
  readonly ageMs: number | undefined;
  /** Whether it is answered: the last question was, or is under way and the one before it was, not long ago. */
  readonly isAnswered: boolean;
}

export interface Remembered<T> {
  /** Tells at once what there is; while there is nothing to tell, within `patienceMs`. Never rejects. */
  look(): Promise<KnownValue<T>>;
  /** Asks no more. */
  stop(): void;
}

/** All in milliseconds. */
export interface RememberedLimits {
  /** It is asked so often; less often when answers take long, so that asking takes a twentieth of the time at most. */
  readonly everyMs: number;
  /** So long a look waits for the first answer, or for the first after an older one became too old. */
  readonly patienceMs: number;
  /** Whoever does not answer for so long is taken to be down. */
  readonly silenceMs: number;
  /** An older answer is not told any more. */
  readonly oldestMs: number;
  /** When nobody has looked for so long it is not asked, until somebody looks again. */
  readonly idleMs: number;
}

const LIMITS: RememberedLimits = {
  everyMs: 5_000,
  patienceMs: 1_000,
  silenceMs: 10_000,
  oldestMs: 60_000,
  idleMs: 120_000,
};

export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Calls `act` in so many milliseconds, unless what it returns is called before. */
  after(ms: number, act: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export function remembered<T>(
  ask: () => Promise<T>,
  given: Partial<RememberedLimits> = {},
  { now, after }: Clock = CLOCK,
): Remembered<T> {
  const limits = { ...LIMITS, ...given };
  const asked: Asked<T> = { latest: undefined, hasFailed: false, underWay: undefined, at: Number.NEGATIVE_INFINITY };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let stopResting: (() => void) | undefined;
  let isStopped = false;

  function begin(): void {
    if (isStopped) return;
    asked.at = now();
    asked.underWay = noteAnswer(asked, ask, now).then(rest);
  }

  function rest(): void {
    if (isStopped) return;
    stopResting = after(restAfter(now() - asked.at, limits.everyMs), () => {
      stopResting = undefined;
      if (now() - lookedAt < limits.idleMs) begin();
    });
  }

  return {
    async look() {
      lookedAt = now();
      if (asked.underWay === undefined && stopResting === undefined) begin();
      const known = knownOf(asked, now(), limits);
      const leftMs = limits.patienceMs - (now() - asked.at);
      if (known.value !== undefined || asked.underWay === undefined || leftMs <= 0) return known;
      await within(leftMs, "an answer", asked.underWay).catch(() => undefined);
      return knownOf(asked, now(), limits);
    },
    stop() {
      isStopped = true;
      stopResting?.();
    },
  };
}

/** What was asked last, and what has come of it. */
interface Asked<T> {
  latest: { readonly value: T; readonly at: number } | undefined;
  hasFailed: boolean;
  underWay: Promise<void> | undefined;
  at: number;
}

async function noteAnswer<T>(asked: Asked<T>, ask: () => Promise<T>, now: () => number): Promise<void> {
  try {
    asked.latest = { value: await ask(), at: now() };
    asked.hasFailed = false;
  } catch {
    asked.hasFailed = true;
  }
  asked.underWay = undefined;
}

function knownOf<T>(
  { latest, hasFailed, underWay, at }: Asked<T>,
  now: number,
  { oldestMs, silenceMs }: RememberedLimits,
): KnownValue<T> {
  const ageMs = latest && now - latest.at;
  const isSilent = underWay !== undefined && now - at >= silenceMs;
  return {
    value: ageMs === undefined || ageMs > oldestMs ? undefined : latest?.value,
    ageMs,
    isAnswered: latest !== undefined && !hasFailed && !isSilent,
  };
}
