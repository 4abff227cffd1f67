import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  behindIn,
  COUNTED,
  countedOf,
  deadCounts,
  inexact,
  sumOf,
  unfinished,
  unroutedOf,
} from "../../../src/storage/rules/counts.ts";

describe("events behind a cursor", () => {
  const never = () => assert.fail("nobody need count");

  it("are none when the cursor is at the last, or what it was at is gone", () => {
    for (const behind of [0, -3]) assert.deepEqual(unroutedOf(behind, 0, never), { count: 0, ended: true });
  });

  it("are all that are numbered behind it, when there are many and all are the connector's", () => {
    assert.deepEqual(unroutedOf(COUNTED + 1, 0, never), { count: COUNTED + 1, ended: true });
  });

  it("are counted when there are few, since some may be gone", () => {
    assert.deepEqual(
      unroutedOf(COUNTED, 0, () => 7),
      { count: 7, ended: true },
    );
  });

  it("are about all but those counted that are not the connector's, when there are many: these are the oldest", () => {
    assert.deepEqual(
      unroutedOf(COUNTED + 1_000, 1_000, () => 7),
      { count: 1_007, ended: true, about: true },
    );
    assert.deepEqual(
      unroutedOf(COUNTED, 1_000, () => 7),
      { count: 7, ended: true },
    );
  });

  it("are counted no further than they are asked for", () => {
    assert.deepEqual(unroutedOf(11, 0, never, 10), { count: 11, ended: true });
    assert.deepEqual(
      unroutedOf(11, 1_000, () => 7, 10),
      { count: 8, ended: true, about: true },
    );
    assert.deepEqual(
      unroutedOf(10, 1_000, () => 7, 10),
      { count: 7, ended: true },
    );
  });

  it("are those that were found, where numbers have gaps and few lie there", () => {
    assert.deepEqual(behindIn(2 * COUNTED, 7, { found: 9 }), { count: 7, ended: true });
    const many = { found: COUNTED + 1 };
    assert.deepEqual(behindIn(2 * COUNTED, 7, many), { count: COUNTED + 7, ended: true, about: true });
  });
});

describe("a count", () => {
  it("ends at its bound, and says so", () => {
    assert.deepEqual(countedOf(COUNTED), { count: COUNTED, ended: true });
    assert.deepEqual(countedOf(COUNTED + 1), { count: COUNTED, ended: false });
  });

  it("of dead letters by class adds up to what is told, at its bound as well", () => {
    assert.deepEqual(deadCounts(), { count: 0, ended: true, of: { rejected: 0, expired: 0, unmatched: 0 } });
    const few = { n: "3", rejected: 1, expired: "0", unmatched: "2" };
    assert.deepEqual(deadCounts(few), { count: 3, ended: true, of: { rejected: 1, expired: 0, unmatched: 2 } });
    const many = { n: COUNTED + 1, rejected: 0, expired: COUNTED - 4, unmatched: 5 };
    assert.deepEqual(deadCounts(many), {
      ...{ count: COUNTED, ended: false, of: { rejected: 0, expired: COUNTED - 5, unmatched: 5 } },
    });
  });

  it("of dead letters counts what a newer release names otherwise, without a class", () => {
    const { count, of } = deadCounts({ n: 3, rejected: 0, expired: 0, unmatched: 0 });
    assert.deepEqual([count, of], [3, { rejected: 0, expired: 0, unmatched: 0 }]);
  });

  it("is an estimate together with one", () => {
    const estimate = { count: 10_000_000, ended: true, about: true } as const;
    const both = sumOf({ count: 3, ended: true }, estimate);
    assert.deepEqual(both, { count: 10_000_003, ended: true, about: true });
    assert.deepEqual(inexact({ waiting: both, dead: countedOf(COUNTED + 1) }), {
      atLeast: ["dead"],
      about: ["waiting"],
    });
    assert.deepEqual(inexact({ waiting: countedOf(7), dead: countedOf(7) }), {});
  });

  it("is named where it has not gone on to its end", () => {
    assert.deepEqual(unfinished({ waiting: false, dead: true }), { atLeast: ["waiting"] });
    assert.deepEqual(unfinished({ waiting: true, dead: true }), {});
  });
});
