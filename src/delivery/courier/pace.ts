/**
 * How many calls may be under way at once: from a few on one more with each round of answers that come as soon as ever, half
 * as many at a sign that there are too many (AIMD: additive increase, multiplicative decrease). The setting is the bound. Pure:
 * the clock is an argument.
 */

/** A call that has come to its end. Times by a clock that never jumps, milliseconds. */
export interface EndedCall {
  readonly begunAt: number;
  readonly endedAt: number;
  /** Milliseconds of it that were our own: its wait for a permit of the rate, our loop's lag. */
  readonly oursMs: number;
  /** Whether it was begun as the last one that might: only such calls tell what more of them would do. */
  readonly isFull: boolean;
  readonly sign: CallSign;
}

/** `overload`: 429, 5xx, or no answer at all. `unsent`: nothing was sent. */
export type CallSign = "answered" | "overload" | "unsent";

export interface Pace {
  /** Calls that may be under way at once, at least one. */
  limit(): number;
  ended(call: EndedCall): void;
}

/** So many are begun with, and answers that are merely slow never let it fall below: the slowness may be of another's making. */
const FEW = 8;
/**
 * How long answers take is told by so many of them. The shortest of what fewer say is mostly luck, and where a destination's
 * answers differ much, all others would be slow beside it.
 */
const ENOUGH_ANSWERS = 128;
/** Answers are slow that take so many times as long as the best. */
const SLOW = 2;
const BEST_OF_MS = 60_000;
/** Less than this may be our own processor's time as well. Milliseconds. */
const SHORTEST_MS = 25;

/** @param bound most calls at once */
export function openPace(bound: number): Pace {
  const few = Math.min(FEW, bound);
  const best = openBest();
  let limit = few;
  let cutAt = Number.NEGATIVE_INFINITY;
  /** Good answers since the last change. */
  let inRound = 0;
  /** What the last answers took, in milliseconds. */
  let took: number[] = [];

  function change(to: number): void {
    limit = to;
    inRound = 0;
  }

  function halve(fewest: number, at: number): void {
    change(Math.max(Math.min(fewest, limit), Math.floor(limit / 2)));
    cutAt = at;
    took = [];
  }

  /** Once there are enough answers to tell. */
  function isSlow(at: number): boolean {
    if (took.length < ENOUGH_ANSWERS) return false;
    const typical = typicalOf(took);
    const shortest = best.since(at - BEST_OF_MS) ?? typical;
    best.see(typical, at);
    took = [];
    return typical > SLOW * Math.max(shortest, SHORTEST_MS);
  }

  return {
    limit: () => limit,
    ended({ begunAt, endedAt, oursMs, isFull, sign }) {
      // what was under way when it was halved says nothing of the half
      if (begunAt < cutAt || sign === "unsent") return;
      if (sign === "overload") return halve(1, endedAt);
      if (!isFull) return;
      took.push(Math.max(0, endedAt - begunAt - oursMs));
      inRound += 1;
      if (isSlow(endedAt)) halve(few, endedAt);
      else if (inRound >= limit) change(Math.min(bound, limit + 1));
    },
  };
}

/** The shortest of what was seen since a time. */
function openBest() {
  /** Each with nothing shorter behind it. */
  const seen: { readonly ms: number; readonly at: number }[] = [];
  return {
    see(ms: number, at: number): void {
      while ((seen.at(-1)?.ms ?? -1) >= ms) seen.pop();
      seen.push({ ms, at });
    },
    since(at: number): number | undefined {
      while ((seen[0]?.at ?? at) < at) seen.shift();
      return seen[0]?.ms;
    },
  };
}

/** The mean of their middle half: neither a few that hang nor two kinds of answers make it jump. */
function typicalOf(values: readonly number[]): number {
  const quarter = Math.floor(values.length / 4);
  const half = values.toSorted((a, b) => a - b).slice(quarter, values.length - quarter);
  return half.reduce((sum, value) => sum + value, 0) / half.length;
}
