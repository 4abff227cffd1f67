/** Who is ended for whom, by a clock that the test turns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UPLOAD_LIMITS, type Upload, type UploadLimits } from "../../src/intake/bodies/upload.ts";
import { openUploads } from "../../src/intake/bodies/uploads.ts";

const TIMEOUT_MS = 10_000;

function setUp(limits: Partial<UploadLimits> = {}) {
  let now = 0;
  const ended: string[] = [];
  const all = openUploads(limits, () => now);
  const enter = (name: string, bytes = 0): Upload => {
    const end = (why: string) => void ended.push(`${name} ${why}`);
    const upload = { dueAt: now + TIMEOUT_MS, bytes, isWhole: false, end };
    all.enter(upload);
    return upload;
  };
  const turn = (ms: number) => {
    now += ms;
  };
  return { all, ended, enter, turn, now: () => now };
}

describe("short bodies", () => {
  it("that are too many: the one that has been coming longest is ended, never the newest", () => {
    const { enter, ended } = setUp({ shortCount: 2 });
    for (const name of ["a", "b", "c", "d"]) enter(name);
    assert.deepEqual(ended, ["a crowded", "b crowded"]);
  });

  it("are counted in bytes as these arrive", () => {
    const { all, enter, ended } = setUp({ shortBytes: 100 });
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
    const { all, enter, ended, turn, now } = setUp({ slotBytes: 20 });
    const uploads = ["short", "with a slot", "with another", "waiting"].map((name) => enter(name));
    const slots = uploads.slice(1).map((upload) => all.slot(upload, 10));
    turn(TIMEOUT_MS - 1);
    all.sweep(now());
    assert.deepEqual(ended, []);
    turn(1);
    all.sweep(now());
    assert.deepEqual(ended.toSorted(), ["short late", "waiting late", "with a slot late", "with another late"]);
    assert.deepEqual([await Promise.all(slots), all.size()], [[true, true, false], 0]);
  });
});

describe("long bodies", () => {
  it("wait for a slot, and get one in the order in which they came", async () => {
    const { all, enter, ended } = setUp({ slotBytes: 20 });
    const served: string[] = [];
    const uploads = ["a", "b", "c", "d"].map((name) => {
      const upload = enter(name);
      void all.slot(upload, 10).then((is) => is && served.push(name));
      return upload;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(served, ["a", "b"]);
    for (const upload of uploads) all.leave(upload);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([served, ended], [["a", "b", "c", "d"], []]);
  });

  it("the one that has been slow for the longest is ended for one that waits; one that is whole is not", async () => {
    const { all, enter, ended, turn } = setUp({ slotBytes: 40, patienceMs: 1 });
    const [fast, slow, slower, whole] = [enter("fast"), enter("slow"), enter("slower"), enter("whole")];
    for (const upload of [fast, slow, slower, whole]) await all.slot(upload, 10);
    whole.isWhole = true;
    turn(1);
    all.grow(slow, 40_000);
    all.grow(slower, 1_000);
    turn(1);
    all.grow(fast, 40_000);
    const slot = all.slot(enter("waiting"), 10);
    assert.equal(await slot, true);
    assert.deepEqual(ended, ["slower crowded"]);
  });

  it("that are too many are refused while none of the others is slow, and then take the place of one that is", async () => {
    const { all, enter, ended, turn } = setUp({ longBytes: 20 });
    const [a, b] = [enter("a"), enter("b")];
    assert.deepEqual([await all.slot(a, 10), await all.slot(b, 10)], [true, true]);
    assert.equal(await all.slot(enter("c"), 10), false);
    turn(UPLOAD_LIMITS.patienceMs);
    all.grow(a, 40_000);
    assert.equal(await all.slot(enter("d"), 10), true);
    assert.deepEqual(ended, ["b crowded"]);
  });

  it("two have a slot, however large a body may be: one that does not end must not stop all", async () => {
    const { all, enter } = setUp({ slotBytes: 10 });
    assert.deepEqual([await all.slot(enter("a"), 64), await all.slot(enter("b"), 64)], [true, true]);
  });
});
