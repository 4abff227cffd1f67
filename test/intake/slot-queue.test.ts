/** Long bodies that wait for a slot. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { slotQueue } from "../../src/intake/bodies/slot-queue.ts";
import type { Upload } from "../../src/intake/bodies/upload.ts";

const upload = (): Upload => ({ dueAt: 0, bytes: 0, isWhole: false, end: () => undefined });

describe("bodies that wait for a slot", () => {
  it("are let in as they came, as long as there is room for the first of them", async () => {
    const queue = slotQueue();
    const [a, b, c] = [upload(), upload(), upload()];
    const waiting = [queue.wait(a, 5), queue.wait(b, 9), queue.wait(c, 1)];
    const given: unknown[] = [];
    // the small one does not overtake the large one before it
    queue.admit(
      (size) => size < 9,
      (...one) => given.push(one),
    );
    assert.deepEqual([given, queue.sizes(), queue.all()], [[[a, 5]], [9, 1], [b, c]]);
    queue.admit(
      () => true,
      (...one) => given.push(one),
    );
    assert.deepEqual(given.slice(1), [
      [b, 9],
      [c, 1],
    ]);
    assert.deepEqual(await Promise.all(waiting), [true, true, true]);
  });

  it("are asked one by one whether there is room: each that was let in takes some", () => {
    const queue = slotQueue();
    for (let n = 0; n < 3; n += 1) void queue.wait(upload(), 1);
    let room = 2;
    queue.admit(
      () => room > 0,
      () => {
        room -= 1;
      },
    );
    assert.equal(queue.all().length, 1);
  });

  it("that are removed get none, and what is not here is left alone", async () => {
    const queue = slotQueue();
    const [a, b] = [upload(), upload()];
    const [first, second] = [queue.wait(a, 1), queue.wait(b, 1)];
    queue.remove(a);
    queue.remove(upload());
    assert.equal(await first, false);
    queue.admit(
      () => true,
      () => undefined,
    );
    assert.equal(await second, true);
  });
});
