/** Until when a request is answered. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerDeadline } from "../../src/intake/keeping/answer-deadline.ts";

const LEAST_MS = 150;

describe("the deadline of an answer", () => {
  it("counts from when the request came: what its body and the event loop took is gone", () => {
    assert.equal(answerDeadline({ within: 1_500, age: 0, late: 0 }, 10_000), 11_500);
    assert.equal(answerDeadline({ within: 1_500, age: 400, late: 100 }, 10_000), 11_000);
  });

  it("leaves a little time to what took all of it to arrive", () => {
    assert.equal(answerDeadline({ within: 1_500, age: 60_000, late: 0 }, 10_000), 10_000 + LEAST_MS);
  });

  it("leaves a third after a standstill, however long", () => {
    assert.equal(answerDeadline({ within: 1_500, age: 0, late: 60_000 }, 10_000), 10_500);
  });
});
