import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAnswer } from "./answer.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const read = (status: number, retryAfter?: string) =>
  readAnswer(
    { status, retryAfter, location: undefined, text: "", ending: "exact", isEarly: false },
    ["a", "b"],
    true,
    NOW,
  );
const waitOf = (retryAfter: string) => {
  const result = read(503, retryAfter);
  return "retryAfterMs" in result ? result.retryAfterMs : undefined;
};

describe("a receiver's answer", () => {
  it("says delivered for every 2xx and for nothing else", () => {
    for (let status = 100; status < 600; status += 1) {
      const result = read(status);
      const isDelivered =
        result.tag === "outcomes" && [...result.outcomes.values()].every(({ tag }) => tag === "delivered");
      assert.equal(isDelivered, status >= 200 && status < 300, String(status));
    }
  });

  it("may say when to come again, in seconds or as a date", () => {
    assert.equal(waitOf("120"), 120_000);
    assert.equal(waitOf(" 1.5 "), 1_500);
    assert.equal(waitOf("Thu, 01 Jan 2026 00:01:00 GMT"), 60_000);
    assert.equal(waitOf("Wed, 31 Dec 2025 00:00:00 GMT"), 0);
    assert.equal(waitOf("soon"), undefined);
    assert.equal(waitOf(""), undefined);
  });

  it("is accepted, and no more than that, where it says 202", () => {
    const proofOf = (status: number) => {
      const result = read(status);
      const outcome = result.tag === "outcomes" ? result.outcomes.get("a") : undefined;
      return outcome?.tag === "delivered" ? (outcome.proof ?? "done") : outcome?.tag;
    };
    assert.deepEqual([200, 201, 202, 204].map(proofOf), ["done", "done", "accepted", "done"]);
  });

  it("hands on the wait of a status that is about the delivery alone", () => {
    const result = read(409, "5");
    assert.deepEqual(result.tag === "outcomes" && result.outcomes.get("a"), {
      tag: "retry",
      reason: { words: "HTTP 409", code: "http", values: { status: 409 }, status: 409 },
      retryAfterMs: 5_000,
    });
  });
});
