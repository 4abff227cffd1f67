/** What the log is told of a clock that is off, and how often: by a clock that the test turns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clockAlarm } from "../../src/intake/stale/clock-alarm.ts";

const AGAIN_MS = 10 * 60_000;

function setUp() {
  let [now, off]: [number, number | null] = [0, null];
  const said: Record<string, unknown>[] = [];
  const say = (line: object) => void said.push(line as Record<string, unknown>);
  const alarm = clockAlarm({ offMs: () => off }, { debug: say, info: say, warn: say, error: say }, () => now);
  return {
    alarm,
    facts: () => said.map(({ fact }) => fact),
    said,
    /** Judges the clock as it is then. */
    judged(offMs: number | null, afterMs = 1) {
      [now, off] = [now + afterMs, offMs];
      return alarm.judge();
    },
  };
}

describe("the alarm of our clock", () => {
  it("is silent while nothing says that it is off", () => {
    const { alarm, facts, judged } = setUp();
    assert.equal(judged(null), false);
    assert.deepEqual([facts(), alarm.offMs()], [[], null]);
  });

  it("says by how much, in which direction, and what to do", () => {
    for (const [offMs, words] of [
      [90_400, "our clock is 90 s off (ahead)"],
      [-90_400, "our clock is 90 s off (behind)"],
    ] as const) {
      const { alarm, said, judged } = setUp();
      assert.equal(judged(offMs), true);
      const [line] = said;
      assert.deepEqual(
        [line?.fact, line?.reason, line?.off_seconds],
        ["intake.clock_off", words, Math.sign(offMs) * 90],
      );
      assert.match(String(line?.todo), /NTP.*quarantine replay --all --stale-within/);
      assert.equal(alarm.offMs(), offMs);
    }
  });

  it("says it again only every ten minutes, however much it moves", () => {
    const { facts, judged } = setUp();
    judged(90_000);
    assert.equal(judged(95_000, AGAIN_MS - 1), false);
    assert.equal(facts().length, 1);
    judged(95_000, 1);
    assert.equal(facts().length, 2);
  });

  it("says once that it is right again, and of the next time at once", () => {
    const { alarm, facts, judged } = setUp();
    judged(90_000);
    assert.deepEqual([judged(null), judged(null)], [true, false]);
    assert.equal(alarm.offMs(), null);
    assert.equal(judged(90_000), true);
    assert.deepEqual(facts(), ["intake.clock_off", "intake.clock_right", "intake.clock_off"]);
  });
});
