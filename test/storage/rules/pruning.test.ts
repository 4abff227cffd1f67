import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { excessPages, isWorthALook, mayGo } from "../../../src/storage/rules/pruning.ts";

describe("an old delivery", () => {
  const never = () => assert.fail("nobody need know");

  for (const [what, since, goes] of [
    ["goes when nobody needs the story of its person", Number.POSITIVE_INFINITY, true],
    ["goes when what is needed came later", 11, true],
    ["stays beside what is needed", 10, false],
    ["stays when it is newer than what is needed", 9, false],
  ] as const) {
    it(what, () => {
      for (const state of ["delivered", "superseded", "discarded"] as const) {
        assert.equal(
          mayGo({ state, eventTime: 10 }, () => since),
          goes,
        );
      }
    });
  }

  it("stays while it waits or is dead, whatever else", () => {
    for (const state of ["waiting", "dead"] as const) assert.equal(mayGo({ state, eventTime: 10 }, never), false);
  });
});

describe("an event of a time that is still to come", () => {
  it("is looked at, so that those behind it are: it came when some clock was ahead", () => {
    const [before, now] = [100, 200];
    assert.deepEqual(
      [99, 100, 200, 201].map((receivedAt) => isWorthALook(receivedAt, before, now)),
      [true, false, false, true],
    );
  });
});

describe("the free pages of a file", () => {
  for (const [what, pages, free, excess] of [
    ["stay in a small one", 1_000, 250, 0],
    ["go beyond 250 in a small one", 1_000, 251, 1],
    ["stay up to a part of a large one", 80_000, 2_500, 0],
    ["go beyond that part", 80_000, 3_200, 700],
  ] as const) {
    it(what, () => assert.equal(excessPages(pages, free), excess));
  }
});
