/** Who is ended for whom, by a clock that the test turns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CROWD_LIMITS, type CrowdLimits, crowd, type Guest } from "../../src/intake/bodies/uploads.ts";

const TIMEOUT_MS = 10_000;

function setUp(limits: Partial<CrowdLimits> = {}) {
  let now = 0;
  const ended: string[] = [];
  const all = crowd({ ...CROWD_LIMITS, ...limits }, () => now);
  const enter = (name: string, bytes = 0): Guest => {
    const end = (why: string) => void ended.push(`${name} ${why}`);
    const guest = { dueAt: now + TIMEOUT_MS, bytes, isWhole: false, end };
    all.enter(guest);
    return guest;
  };
  const turn = (ms: number) => {
    now += ms;
  };
  return { all, ended, enter, turn, now: () => now };
}

describe("short bodies", () => {
  it("that are too many: the one that has been coming longest is ended, never the newest", () => {
    const { enter, ended } = setUp({ hallCount: 2 });
    for (const name of ["a", "b", "c", "d"]) enter(name);
    assert.deepEqual(ended, ["a crowded", "b crowded"]);
  });

  it("are counted in bytes as these arrive", () => {
    const { all, enter, ended } = setUp({ hallBytes: 100 });
    const [a, b] = [enter("a"), enter("b")];
    all.grow(b, 60);
    all.grow(a, 30);
    assert.deepEqual(ended, []);
    all.grow(b, 20);
    assert.deepEqual(ended, ["a crowded"]);
    all.leave(b);
    all.leave(a);
    enter("c", 100);
    assert.deepEqual([ended.length, all.size()], [1, 1]);
  });

  it("that are late are ended, in whichever part they are", async () => {
    const { all, enter, ended, turn, now } = setUp({ seatBytes: 20 });
    const guests = ["short", "seated", "also seated", "waiting"].map((name) => enter(name));
    const seats = guests.slice(1).map((guest) => all.seat(guest, 10));
    turn(TIMEOUT_MS - 1);
    all.sweep(now());
    assert.deepEqual(ended, []);
    turn(1);
    all.sweep(now());
    assert.deepEqual(ended.toSorted(), ["also seated late", "seated late", "short late", "waiting late"]);
    assert.deepEqual([await Promise.all(seats), all.size()], [[true, true, false], 0]);
  });
});

describe("long bodies", () => {
  it("wait for a seat, and get one in the order in which they came", async () => {
    const { all, enter, ended } = setUp({ seatBytes: 20 });
    const seated: string[] = [];
    const guests = ["a", "b", "c", "d"].map((name) => {
      const guest = enter(name);
      void all.seat(guest, 10).then((is) => is && seated.push(name));
      return guest;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seated, ["a", "b"]);
    for (const guest of guests) all.leave(guest);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([seated, ended], [["a", "b", "c", "d"], []]);
  });

  it("the one that has been slow for the longest is ended for one that waits; one that is whole is not", async () => {
    const { all, enter, ended, turn } = setUp({ seatBytes: 40, patienceMs: 1 });
    const [fast, slow, slower, whole] = [enter("fast"), enter("slow"), enter("slower"), enter("whole")];
    for (const guest of [fast, slow, slower, whole]) await all.seat(guest, 10);
    whole.isWhole = true;
    turn(1);
    all.grow(slow, 40_000);
    all.grow(slower, 1_000);
    turn(1);
    all.grow(fast, 40_000);
    const seat = all.seat(enter("waiting"), 10);
    assert.equal(await seat, true);
    assert.deepEqual(ended, ["slower crowded"]);
  });

  it("that are too many are refused while none of the others is slow, and then take the place of one that is", async () => {
    const { all, enter, ended, turn } = setUp({ longBytes: 20 });
    const [a, b] = [enter("a"), enter("b")];
    assert.deepEqual([await all.seat(a, 10), await all.seat(b, 10)], [true, true]);
    assert.equal(await all.seat(enter("c"), 10), false);
    turn(CROWD_LIMITS.patienceMs);
    all.grow(a, 40_000);
    assert.equal(await all.seat(enter("d"), 10), true);
    assert.deepEqual(ended, ["b crowded"]);
  });

  it("two have a seat, however large a body may be: one that does not end must not stop all", async () => {
    const { all, enter } = setUp({ seatBytes: 10 });
    assert.deepEqual([await all.seat(enter("a"), 64), await all.seat(enter("b"), 64)], [true, true]);
  });
});
