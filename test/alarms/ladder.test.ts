/** The ladder: what is told when, whatever happens. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AlarmState, type Holding, RUNGS } from "../../src/alarms/alarm.ts";
import { type AlarmMoment, decide, distanceMs, quietMs, rungAt, rungOf, type Word } from "../../src/alarms/ladder.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const late = (since: number, deadlineMs = DAY): Holding => ({
  ...{ name: "undelivered_after", subject: "crm", since, deadlineMs },
  detail: { of: "undelivered_after", people: 3, isMore: false, hold: { tag: "slow" } },
});
const kept = (): Holding => ({
  ...{ name: "quarantine", subject: "", deadlineMs: null, detail: { of: "quarantine", entries: 1 } },
});

/** Tells round by round, as a bridge would. */
function teller() {
  let states: ReadonlyMap<string, AlarmState> = new Map();
  return (now: number, holding: readonly Holding[], change: Partial<AlarmMoment> = {}): readonly Word[] => {
    const decided = decide(states, holding, { now, isUnknown: () => false, isSilenced: () => false, ...change });
    ({ states } = decided);
    return decided.words;
  };
}

const kinds = (words: readonly Word[]): readonly string[] => words.map(({ kind }) => kind);

describe("an alarm of an age", () => {
  it("is a warning at half of the deadline, urgent at 90 %, overdue when it has passed: each once", () => {
    const tell = teller();
    const heard: [number, string][] = [];
    for (let now = 0; now <= 30 * HOUR; now += 6 * MINUTE) {
      for (const kind of kinds(tell(now, [late(0)]))) heard.push([now / HOUR, kind]);
    }
    assert.deepEqual(heard, [
      [12, "warning"],
      [21.6, "urgent"],
      [24, "overdue"],
    ]);
  });

  it("has its bounds at exactly half, exactly 90 % and the deadline itself, not a millisecond before", () => {
    for (const deadlineMs of [10, 1_000, 10 * MINUTE, 24 * HOUR, 7 * DAY]) {
      const rungs = [
        ["warning", deadlineMs * 0.5],
        ["urgent", deadlineMs * 0.9],
        ["overdue", deadlineMs],
      ] as const;
      const before = [null, "warning", "urgent"];
      for (const [index, [rung, at]] of rungs.entries()) {
        assert.equal(rungOf(at - 1, deadlineMs), before[index], `${deadlineMs}`);
        assert.equal(rungOf(at, deadlineMs), rung, `${deadlineMs}`);
      }
    }
  });

  it("is told again while it lasts, at growing distance, and never more rarely than once a day", () => {
    const tell = teller();
    const heard: number[] = [];
    for (let now = 0; now <= 300 * MINUTE; now += MINUTE) {
      if (kinds(tell(now, [late(0, 10 * MINUTE)])).includes("repeated")) heard.push(now / MINUTE);
    }
    assert.deepEqual(heard, [20, 40, 80, 160]);
    assert.equal(distanceMs(50, 10 * MINUTE), DAY);
  });

  it("tells the highest alone where several are reached at once", () => {
    assert.deepEqual(kinds(teller()(25 * HOUR, [late(0)])), ["overdue"]);
  });

  it("is over on one line, once it has been over for a while; the line says how long it lasted", () => {
    const tell = teller();
    tell(13 * HOUR, [late(0)]);
    assert.deepEqual(tell(14 * HOUR, []), []);
    const [over, ...more] = tell(14 * HOUR + 5 * MINUTE, []);
    assert.deepEqual([over?.kind, over?.since, over?.until, more], ["over", 0, 14 * HOUR, []]);
    assert.deepEqual(tell(20 * HOUR, []), []);
  });

  it("is quiet about what flaps: what comes back at once is the same alarm, and no rung is told again", () => {
    const tell = teller();
    assert.deepEqual(kinds(tell(13 * HOUR, [late(0)])), ["warning"]);
    for (let minute = 1; minute < 60; minute += 1) {
      assert.deepEqual(tell(13 * HOUR + minute * MINUTE, minute % 3 === 0 ? [late(0)] : []), []);
    }
  });

  it("is nothing before half of its deadline, and leaves nothing behind", () => {
    const decided = decide(new Map(), [late(0)], { now: 11 * HOUR, isUnknown: () => false, isSilenced: () => false });
    assert.deepEqual([decided.words, decided.states.size], [[], 0]);
  });

  it("keeps what it told when its deadline is changed", () => {
    const tell = teller();
    assert.deepEqual(kinds(tell(13 * HOUR, [late(0)])), ["warning"]);
    assert.deepEqual(kinds(tell(13 * HOUR + 1, [late(0, 25 * HOUR)])), []);
    assert.deepEqual(kinds(tell(13 * HOUR + 2, [late(0, 14 * HOUR)])), ["urgent"]);
  });

  it("is forgotten, and not told to be over, where its deadline is so far now that nothing would be told of it", () => {
    const tell = teller();
    assert.deepEqual(kinds(tell(13 * HOUR, [late(0)])), ["warning"]);
    for (const hour of [14, 15, 23]) assert.deepEqual(tell(hour * HOUR, [late(0, 48 * HOUR)]), []);
    assert.deepEqual(kinds(tell(24 * HOUR, [late(0, 48 * HOUR)])), ["warning"]);
  });

  it("is forgotten, and not told to be over, once nobody wants to hear of it", () => {
    const tell = teller();
    assert.deepEqual(kinds(tell(13 * HOUR, [late(0)])), ["warning"]);
    const isWanted = () => false;
    for (const hour of [14, 15, 30]) assert.deepEqual(tell(hour * HOUR, [], { isWanted }), []);
    assert.deepEqual(tell(31 * HOUR, []), []);
    assert.deepEqual(kinds(tell(32 * HOUR, [late(0)])), ["overdue"]);
  });

  it("does not believe a time that lies ahead of its own clock", () => {
    assert.deepEqual(teller()(0, [late(HOUR)]), []);
  });
});

describe("an alarm without a deadline", () => {
  it("is urgent as soon as it is so, told again after an hour, two, four, and over once", () => {
    const tell = teller();
    const heard: [number, string][] = [];
    for (let now = 0; now <= 9 * HOUR; now += MINUTE) {
      for (const kind of kinds(tell(now, now < 8 * HOUR ? [kept()] : []))) heard.push([now / HOUR, kind]);
    }
    assert.deepEqual(heard, [
      [0, "urgent"],
      [1, "repeated"],
      [3, "repeated"],
      [7, "repeated"],
      [8 + 5 / 60, "over"],
    ]);
  });
});

describe("a silence", () => {
  it("tells nothing while it lasts, and what still is so when it ends", () => {
    const tell = teller();
    const isSilenced = () => true;
    assert.deepEqual(tell(0, [kept()], { isSilenced }), []);
    assert.deepEqual(tell(HOUR, [kept()], { isSilenced }), []);
    assert.deepEqual(kinds(tell(2 * HOUR, [kept()])), ["urgent"]);
    assert.deepEqual(tell(3 * HOUR, [], { isSilenced }), []);
    assert.deepEqual(tell(4 * HOUR, [], { isSilenced }), []);
    assert.deepEqual(kinds(tell(5 * HOUR, [])), ["over"]);
  });

  it("leaves nothing to tell of what came and went in it", () => {
    const tell = teller();
    tell(0, [kept()], { isSilenced: () => true });
    assert.deepEqual(tell(HOUR, []), []);
    assert.deepEqual(tell(9 * HOUR, []), []);
  });
});

describe("what nobody can tell at the moment", () => {
  it("stays as it was", () => {
    const tell = teller();
    tell(0, [kept()]);
    for (let hour = 1; hour < 9; hour += 1) assert.deepEqual(tell(hour * HOUR, [], { isUnknown: () => true }), []);
  });
});

/** What happens to one alarm, step by step: so much time passes, and then it holds since so long, or does not. */
const step = fc.record({
  passesMs: fc.integer({ min: 1, max: 9 * HOUR }),
  isOn: fc.boolean(),
  /** The oldest is delivered, and the next one is younger by so much. */
  younger: fc.integer({ min: 0, max: 20 * HOUR }),
  isSilenced: fc.boolean(),
  isUnknown: fc.boolean(),
});
const history = fc.record({
  steps: fc.array(step, { maxLength: 60 }),
  deadlineMs: fc.option(fc.integer({ min: 1_000, max: 3 * DAY }), { nil: null }),
});

describe("in any history", () => {
  it("no rung is told twice, none is missed, and every alarm ends", () => {
    fc.assert(
      fc.property(history, ({ steps, deadlineMs }) => {
        const tell = teller();
        let [now, since] = [0, 0];
        const episode: Word["kind"][] = [];
        for (const { passesMs, isOn, younger, isSilenced, isUnknown } of steps) {
          now += passesMs;
          since = Math.min(now, since + younger);
          const level = isOn ? rungOf(now - since, deadlineMs) : null;
          const holding: Holding = { ...late(since), deadlineMs };
          const heard = kinds(
            tell(now, isOn ? [holding] : [], { isSilenced: () => isSilenced, isUnknown: () => isUnknown }),
          ) as Word["kind"][];
          if (isSilenced) assert.deepEqual(heard, []);
          assert.ok(heard.length <= 1);
          episode.push(...heard);
          const told = RUNGS.filter((rung) => episode.includes(rung));
          for (const rung of told) assert.equal(episode.filter((kind) => kind === rung).length, 1, `${rung} twice`);
          // none is missed: the highest that is reached was told, unless somebody wanted silence
          if (level !== null && !isSilenced)
            assert.ok(
              told.some((rung) => RUNGS.indexOf(rung) >= RUNGS.indexOf(level)),
              `${level} is missed`,
            );
          if (heard[0] === "over") episode.length = 0;
        }
        // then all is well for long
        const isOpen = episode.length > 0;
        const last = [...tell(now + 1, []), ...tell(now + 1 + quietMs(deadlineMs), [])];
        assert.deepEqual(kinds(last), isOpen ? ["over"] : []);
        assert.deepEqual(tell(now + 9 * DAY, []), []);
      }),
      { numRuns: 2_000 },
    );
  });

  it("the rungs of a deadline come in their order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 30 * DAY }), (deadlineMs) => {
        const times = RUNGS.map((rung) => rungAt(rung, deadlineMs));
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
        );
        for (const [index, rung] of RUNGS.entries()) assert.equal(rungOf(times[index] ?? 0, deadlineMs), rung);
      }),
    );
  });
});
