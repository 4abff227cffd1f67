import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { estimateOf, placesIn, WIDTH } from "../../../src/storage/rules/estimating.ts";

/** Rows with these numbers, told from a part of them. */
function told(first: number, last: number, isThere: (number: number) => boolean): number {
  let found = 0;
  for (const place of placesIn({ first, last })) {
    for (let number = place; number < place + WIDTH; number += 1) if (isThere(number)) found += 1;
  }
  return estimateOf({ first, last }, found);
}

describe("an estimate", () => {
  it("is the number itself where every row is there, in round figures", () => {
    assert.equal(
      told(1, 10_000_000, () => true),
      10_000_000,
    );
    assert.equal(
      told(77, 12_345_678, () => true),
      12_300_000,
    );
  });

  for (const [what, isThere, there] of [
    ["every third is", (n: number) => n % 3 === 0, 1_000_000],
    ["the last third is, with one straggler far before", (n: number) => n === 1 || n > 2_000_000, 1_000_001],
    ["they come in crowds", (n: number) => Math.floor(n / 25_000) % 2 === 0, 1_500_000],
  ] as const) {
    it(`is within a twentieth where ${what}`, () => {
      const about = told(1, 3_000_000, isThere);
      assert.ok(Math.abs(about / there - 1) < 0.05, `${about} of ${there}`);
    });
  }

  it("looks at places that do not overlap, none outside", () => {
    const places = placesIn({ first: 500, last: 100_500 });
    assert.ok(places.every((place, index) => index === 0 || place - (places[index - 1] ?? 0) >= WIDTH));
    assert.ok((places[0] ?? 0) >= 500 && (places.at(-1) ?? 0) + WIDTH <= 100_501);
  });
});
