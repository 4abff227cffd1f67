import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openCommitTimes } from "../../src/storage/sqlite/commit-times.ts";

describe("when a callback was on disk", () => {
  it("is when the group was committed that held it", () => {
    const times = openCommitTimes();
    times.add({ from: 4, upto: 6, at: 100 });
    times.add({ from: 6, upto: 7, at: 200 });
    assert.deepEqual(
      [5, 6, 7].map((callback) => times.storedAt(callback)),
      [100, 100, 200],
    );
  });

  it("is not known of one from before a crash, of one that is not committed, and of another process's", () => {
    const times = openCommitTimes();
    times.add({ from: 4, upto: 6, at: 100 });
    times.add({ from: 9, upto: 10, at: 200 });
    assert.deepEqual(
      [4, 8, 11].map((callback) => times.storedAt(callback)),
      [null, null, null],
    );
  });

  it("is forgotten once it is events, and known of those behind it in the same group", () => {
    const times = openCommitTimes();
    times.add({ from: 0, upto: 2, at: 100 });
    times.add({ from: 2, upto: 5, at: 200 });
    times.forget(3);
    assert.deepEqual(
      [2, 3, 4].map((callback) => times.storedAt(callback)),
      [null, 200, 200],
    );
  });

  it("is forgotten of the earlier half when too many wait to become events", () => {
    const times = openCommitTimes(4);
    for (let callback = 1; callback <= 5; callback += 1)
      times.add({ from: callback - 1, upto: callback, at: callback });
    assert.deepEqual(
      [1, 3, 4, 5].map((callback) => times.storedAt(callback)),
      [null, null, 4, 5],
    );
  });
});
