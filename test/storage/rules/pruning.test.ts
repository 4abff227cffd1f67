import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { excessPages, inOrder, mayGo, type PrunedBatch } from "../../../src/storage/rules/pruning.ts";

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

describe("what refers to others, and those", () => {
  /** Batches as given, and which of the two was asked. */
  function scripted(first: readonly PrunedBatch[], second: readonly PrunedBatch[]) {
    const asked: string[] = [];
    const from = (name: string, batches: readonly PrunedBatch[]) => {
      const left = [...batches];
      return (before: number): PrunedBatch => {
        asked.push(`${name} ${before}`);
        return left.shift() ?? assert.fail(`${name} is asked too often`);
      };
    };
    const sweep = inOrder(from("first", first), from("second", second));
    return { asked, sweep };
  }

  it("go one after the other: those only once nothing more refers to them", () => {
    const { asked, sweep } = scripted(
      [
        { rows: 5, more: true },
        { rows: 2, more: false },
      ],
      [{ rows: 1, more: false }],
    );
    assert.deepEqual(
      [sweep(7), sweep(7)],
      [
        { rows: 5, more: true },
        { rows: 3, more: false },
      ],
    );
    assert.deepEqual(asked, ["first 7", "first 7", "second 7"]);
  });

  it("are gone through to the end before the first are looked at again", () => {
    const { asked, sweep } = scripted(
      [
        { rows: 1, more: false },
        { rows: 0, more: false },
      ],
      [
        { rows: 4, more: true },
        { rows: 3, more: false },
        { rows: 0, more: false },
      ],
    );
    assert.deepEqual(
      [1, 2, 3].map((before) => sweep(before)),
      [
        { rows: 5, more: true },
        { rows: 3, more: false },
        { rows: 0, more: false },
      ],
    );
    assert.deepEqual(asked, ["first 1", "second 1", "second 2", "first 3", "second 3"]);
  });
});

describe("the free pages of a file", () => {
  for (const [what, pages, free, excess] of [
    ["stay in a small one", 1_000, 250, 0],
    ["go beyond 250 in a small one", 1_000, 251, 1],
    ["stay up to an eighth of a large one", 80_000, 10_000, 0],
    ["go beyond an eighth of a large one", 80_000, 10_700, 700],
  ] as const) {
    it(what, () => assert.equal(excessPages(pages, free), excess));
  }
});
