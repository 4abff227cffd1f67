import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { costlyJson } from "../../src/basics/json-bounds.ts";

/** Large enough to be looked at, and deeper than any callback. */
const PADDING = " ".repeat(20_000);
const DEEP = "[".repeat(40);
const bytes = (text: string) => Buffer.from(text + PADDING);

describe("what a JSON text is made of", () => {
  // whatever is odd about a string must not depend on how long it is
  for (const length of [0, 1, 90, 97, 98, 99, 100, 101, 102, 103, 5_000]) {
    for (const end of ["", "\\", "\\\\", '"', '\\"', '"\\', DEEP]) {
      it(`a string of ${length} characters and ${JSON.stringify(end)} ends where JSON says`, () => {
        const text = "x".repeat(length) + end;
        for (const said of [text, text + text, `"${text}`, `\\${text}`]) {
          assert.equal(costlyJson(bytes(`{"a":${JSON.stringify(said)}}`)), undefined);
          assert.match(costlyJson(bytes(`{"a":${JSON.stringify(said)},"b":${DEEP}`)) ?? "", /nested deeper/);
        }
      });
    }
  }

  it("a string without an end is no trouble", () => {
    assert.equal(costlyJson(bytes(`{"a":"${"[".repeat(20_000)}`)), undefined);
    assert.equal(costlyJson(bytes(`{"a":"${'\\"'.repeat(20_000)}`)), undefined);
    assert.equal(costlyJson(Buffer.from(`"${"\\".repeat(20_001)}`)), undefined);
  });
});
