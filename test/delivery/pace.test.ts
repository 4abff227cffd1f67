/** How many calls may be under way at once: found by how the destination answers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type DeliverResult, delivered, outcomes, rejected, retry, unavailableBy } from "../../src/connector.ts";
import { callSign } from "../../src/delivery/courier/call-sign.ts";
import { type CallSign, type EndedCall, openPace, type Pace } from "../../src/delivery/courier/pace.ts";
import { chance } from "../support/chance.ts";

const SECOND = 1_000;

/** So many answers tell how long they take. */
const ENOUGH = 128;

/** Calls, one after the other, as if as many as may were always under way. */
function play(bound: number) {
  const pace = openPace(bound);
  let now = 0;
  const call = (tookMs: number, change: Partial<EndedCall> = {}) =>
    pace.ended({ begunAt: now, endedAt: now + tookMs, oursMs: 0, isFull: true, sign: "answered", ...change });
  function calls(count: number, tookMs: number, change: Partial<EndedCall> = {}): number {
    for (let left = count; left > 0; left -= 1) call(tookMs, change);
    now += tookMs;
    return pace.limit();
  }
  return {
    ...{ pace, call, calls },
    /** What may be under way after each round of as many calls as may. */
    rounds: (count: number, tookMs: number) => Array.from({ length: count }, () => calls(pace.limit(), tookMs)),
    /** The same after each time that there were enough answers to tell how long they take. */
    judged: (count: number, tookMs: number, change: Partial<EndedCall> = {}) =>
      Array.from({ length: count }, () => calls(ENOUGH, tookMs, change)),
    wait(ms: number) {
      now += ms;
    },
  };
}

describe("calls at once", () => {
  it("begin with a few, and are one more with each round of good answers, up to the setting", () => {
    const { pace, rounds } = play(12);
    assert.equal(pace.limit(), 8);
    assert.deepEqual(rounds(6, 100), [9, 10, 11, 12, 12, 12]);
    assert.equal(play(2).pace.limit(), 2);
    assert.deepEqual(play(1).rounds(2, 100), [1, 1]);
  });

  it("are halved at a sign of overload, once for all that were under way, and down to one at most", () => {
    const { pace, call, rounds, wait } = play(64);
    rounds(60, 100);
    assert.equal(pace.limit(), 64);
    for (let one = 0; one < 64; one += 1) call(100, { sign: "overload" });
    assert.equal(pace.limit(), 32);
    for (const expected of [16, 8, 4, 2, 1, 1]) {
      wait(SECOND);
      call(100, { sign: "overload" });
      assert.equal(pace.limit(), expected);
    }
    wait(SECOND);
    assert.deepEqual(rounds(3, 100), [2, 3, 4]);
  });

  it("are halved when answers take more than twice as long as the best of the last minute, and never below a few", () => {
    const { judged } = play(32);
    assert.equal(judged(5, 100).at(-1), 32);
    assert.deepEqual(judged(1, 200), [32], "twice as long is not yet slow");
    assert.deepEqual(judged(1, 201), [16]);
    const few = play(8);
    few.judged(1, 100);
    assert.deepEqual(few.judged(3, 900), [8, 8, 8]);
  });

  it("take a destination that has become slower for what it is, when the best was a minute ago", () => {
    const { judged, wait } = play(64);
    judged(20, 100);
    wait(59 * SECOND);
    assert.deepEqual(judged(1, 300), [32]);
    wait(2 * SECOND);
    const after = judged(2, 300);
    assert.ok((after[1] ?? 0) > (after[0] ?? 0) && (after[0] ?? 0) > 32, `${after}`);
  });

  it("are not fewer for what we did ourselves: our loop's lag, waiting for a permit, and what is too short to tell", () => {
    const { judged } = play(64);
    judged(20, 100);
    assert.deepEqual(judged(1, 1_000, { oursMs: 850 }), [64]);
    const near = play(64);
    near.judged(20, 1);
    assert.deepEqual(near.judged(1, 50), [64]);
    assert.deepEqual(near.judged(1, 51), [32]);
  });

  it("do not become more, nor fewer, by what is sent while others might go as well", () => {
    const { judged } = play(64);
    assert.deepEqual(judged(2, 100, { isFull: false }), [8, 8]);
    judged(20, 100);
    assert.deepEqual(judged(2, 900, { isFull: false }), [64, 64]);
  });

  it("are not halved by some answers that are slow", () => {
    const { pace, call } = play(64);
    for (let one = 0; one < 8_000; one += 1) call(one % 4 === 0 ? 5_000 : 100);
    assert.equal(pace.limit(), 64);
  });

  it("say nothing where nothing was sent", () => {
    const { pace, calls, rounds } = play(64);
    rounds(4, 100);
    calls(1_000, 100, { sign: "unsent" });
    assert.equal(pace.limit(), 12);
  });

  it("are always one at least and the setting at most, whatever happens", () => {
    const event = fc.record({
      afterMs: fc.nat({ max: 5_000 }),
      tookMs: fc.nat({ max: 2_000 }),
      oursMs: fc.nat({ max: 3_000 }),
      isFull: fc.boolean(),
      sign: fc.constantFrom<CallSign>("answered", "answered", "answered", "answered", "overload", "unsent"),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.array(event, { maxLength: 400 }), (bound, events) => {
        const pace = openPace(bound);
        let now = 0;
        for (const { afterMs, tookMs, ...one } of events) {
          const before = pace.limit();
          pace.ended({ ...one, begunAt: now, endedAt: now + tookMs });
          now += afterMs;
          const after = pace.limit();
          assert.ok(Number.isInteger(after) && after >= 1 && after <= bound);
          assert.ok(after <= before + 1 && after >= Math.floor(before / 2));
        }
      }),
    );
  });
});

describe("the sign of an answer", () => {
  const all = (outcome: Parameters<typeof outcomes>[0] extends Iterable<readonly [string, infer O]> ? O : never) =>
    outcomes([
      ["a", delivered()],
      ["b", outcome],
    ]);
  const because = (status: number) => ({ words: "no", status });
  const cases: readonly (readonly [string, DeliverResult, CallSign])[] = [
    ["a success", all(delivered()), "answered"],
    ["a refusal", all(rejected(because(422))), "answered"],
    ["a 404 for one of them", all(retry(because(404))), "answered"],
    ["a 429 for one of them", all(retry(because(429))), "overload"],
    ["a 503 for one of them", all(retry(because(503))), "overload"],
    ["trouble of the whole destination", { tag: "unavailable", reason: because(503) }, "overload"],
    ["no answer in time", unavailableBy(new Error("no answer within 10 s")), "overload"],
    [
      "a rate that lets nothing go",
      unavailableBy(Object.assign(new Error("wait"), { name: "TooSoon", waitMs: 9 })),
      "unsent",
    ],
    ["refused credentials", { tag: "credentialsRefused", reason: because(401) }, "answered"],
    ["a destination that is gone", { tag: "gone", reason: because(410) }, "answered"],
    ["a refused batch", { tag: "batchRejected", reason: because(400) }, "answered"],
  ];
  for (const [what, result, sign] of cases) {
    it(`${what}: ${sign}`, () => assert.equal(callSign(result), sign));
  }
});

interface Destination {
  readonly workers: number;
  /** How long the next answer takes one of them, in milliseconds: what is beyond them waits there in a row. */
  readonly workMs: () => number;
  /** Answers 429 to whoever finds so many before it. */
  readonly refusesBeyond?: number;
}

/**
 * A backlog that is always sent as fast as the pace lets it, for so long.
 * @returns deliveries a second of the second half, and the least and most that were under way at once in it
 */
function drain(pace: Pace, forMs: number, { workers, workMs, refusesBeyond = Number.POSITIVE_INFINITY }: Destination) {
  const busyUntil = Array.from({ length: workers }, () => 0);
  /** By the time of their end. */
  const underWay: { begunAt: number; endedAt: number; isFull: boolean; sign: CallSign }[] = [];
  const seen = { delivered: 0, least: Number.POSITIVE_INFINITY, most: 0 };

  function begin(now: number): void {
    const isRefused = underWay.length >= refusesBeyond;
    const worker = busyUntil.indexOf(Math.min(...busyUntil));
    const endedAt = isRefused ? now + 1 : Math.max(now, busyUntil[worker] ?? 0) + workMs();
    if (!isRefused) busyUntil[worker] = endedAt;
    const isFull = underWay.length + 1 >= pace.limit();
    const place = underWay.findLastIndex((one) => one.endedAt <= endedAt) + 1;
    underWay.splice(place, 0, { begunAt: now, endedAt, isFull, sign: isRefused ? "overload" : "answered" });
  }

  for (let now = 0; now < forMs; ) {
    while (underWay.length < pace.limit()) begin(now);
    const first = underWay.shift();
    if (first === undefined) break;
    now = first.endedAt;
    pace.ended({ ...first, oursMs: 0 });
    if (now < forMs / 2) continue;
    if (first.sign === "answered") seen.delivered += 1;
    seen.least = Math.min(seen.least, pace.limit());
    seen.most = Math.max(seen.most, pace.limit());
  }
  return { ...seen, perSecond: (seen.delivered * 2_000) / forMs };
}

describe("against a simulated destination", () => {
  const { next } = chance(3);
  const exactly = (ms: number) => () => ms;
  /** Half of it to one and a half. */
  const about = (ms: number) => () => ms * (0.5 + next());
  /** As services answer that look things up: the slowest hundredth takes seven times as long as the middle. */
  const widely = (ms: number) => () => -ms * Math.log(1 - next());

  it("that takes whatever comes, as many are under way as the setting allows, however much its answers differ", () => {
    for (const workMs of [exactly(50), about(50), widely(50)]) {
      const { least, most } = drain(openPace(64), 30 * SECOND, { workers: 64, workMs });
      assert.deepEqual([least, most], [64, 64]);
    }
  });

  it("with twenty workers, they are kept busy, and no long row stands before them", () => {
    const { least, most, perSecond } = drain(openPace(64), 60 * SECOND, { workers: 20, workMs: about(100) });
    assert.ok(perSecond >= 190, `${perSecond} of 200 in a second`);
    assert.ok(least >= 18 && most <= 54, `${least} to ${most}`);
    // what is remembered is a minute's: later on the row may be as long as the setting lets it
    assert.ok(drain(openPace(64), 600 * SECOND, { workers: 20, workMs: about(100) }).perSecond >= 190);
  });

  it("that refuses more than ten at once, no more are sent it again and again", () => {
    const { most, perSecond } = drain(openPace(64), 60 * SECOND, {
      workers: 20,
      workMs: about(100),
      refusesBeyond: 10,
    });
    assert.ok(most <= 11, `${most}`);
    assert.ok(perSecond >= 60, `${perSecond} of 100 in a second`);
  });
});
