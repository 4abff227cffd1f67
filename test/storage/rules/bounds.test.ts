import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitting } from "../../../src/storage/rules/bounds.ts";

describe("a page of callbacks", () => {
  it("holds as many as stay below its bytes together", () => {
    assert.equal(fitting([3, 3, 3, 1], 9), 3);
    assert.equal(fitting([3, 3, 3], 100), 3);
    assert.equal(fitting([], 9), 0);
  });

  it("holds the first, however large it is: else nobody would ever get past it", () => {
    assert.equal(fitting([10, 1], 9), 1);
  });

  it("ends before what does not fit, though a smaller one follows: they come in order", () => {
    assert.equal(fitting([5, 5, 1], 9), 1);
  });
});
