import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoreFiles } from "../../../src/storage/sqlite/guard/files.ts";
import { type FileIdentity, openIdentity } from "../../../src/storage/sqlite/guard/identity.ts";
import { filesOf } from "./guard-support.ts";

const HOUR = 3_600_000;

function recorded(files: StoreFiles): FileIdentity {
  const identity = openIdentity();
  identity.record(files);
  return identity;
}

describe("the files of a store", () => {
  const opened = filesOf(1n, { log: { device: 1n, inode: 2n }, index: { device: 1n, inode: 3n }, modified: 5n });
  for (const [what, found, isMoved] of [
    ["are the same when only their sizes and times differ", { ...opened, modified: 9n, logBytes: 9 }, false],
    ["are others when the database is another file", { ...opened, database: { device: 1n, inode: 9n } }, true],
    ["are others when the database lies on another device", { ...opened, database: { device: 9n, inode: 1n } }, true],
    ["are others when the log is another file", { ...opened, log: { device: 1n, inode: 9n } }, true],
    ["are others when the index of the log is gone", { ...opened, index: undefined }, true],
    ["are others when the database is gone", { ...opened, database: undefined }, true],
  ] as const) {
    it(what, () => {
      const identity = recorded(opened);
      assert.deepEqual([identity.isMoved(found), identity.isBack(found)], [isMoved, !isMoved]);
    });
  }

  it("are moved already when there were none to record", () => {
    const identity = recorded(filesOf(undefined));
    assert.deepEqual([identity.isKnown, identity.isMoved(filesOf(undefined))], [false, true]);
  });

  it("are not known any more once the store is opened anew", () => {
    const identity = recorded(opened);
    assert.equal(identity.isKnown, true);
    identity.forget();
    assert.deepEqual([identity.isKnown, identity.isBack(opened)], [false, false]);
  });

  it("were written to when their time is another than when that was last seen", () => {
    const identity = recorded(opened);
    const later = { ...opened, modified: 6n };
    assert.deepEqual([identity.isWrittenTo(opened), identity.isWrittenTo(later)], [false, true]);
    identity.sawWrite(later);
    assert.deepEqual([identity.isWrittenTo(later), identity.isBack(opened)], [false, true]);
  });
});

describe("a file system that gives false alarms", () => {
  for (const [what, times, isTooMany] of [
    ["two within the hour are borne", [0, HOUR - 1], [false, false]],
    ["three within the hour are too many", [0, 1, HOUR - 1], [false, false, true]],
    ["three in more than an hour are borne", [0, 1, HOUR], [false, false, false]],
    ["an hour begins with any of them", [0, HOUR, HOUR + 1, HOUR + 2], [false, false, false, true]],
  ] as const) {
    it(`${what}, and from then on nothing counts as moved`, () => {
      const identity = recorded(filesOf(1n));
      assert.deepEqual(
        times.map((at) => identity.falseAlarm(at)),
        isTooMany,
      );
      assert.equal(identity.isMoved(filesOf(2n)), !isTooMany.some((isLast) => isLast));
      assert.equal(identity.isBack(filesOf(2n)), false);
    });
  }
});
