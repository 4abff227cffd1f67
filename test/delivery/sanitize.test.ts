/** Whatever a connector answers becomes something that can be kept: understood or tried again, without secrets, short. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openRedaction } from "../../src/config/credentials/redact.ts";
import { delivered, rejected, retry, skipped, unmatched } from "../../src/connector.ts";
import { sampleDeliveries } from "../../src/connector-tools.ts";
import { sanitizeAnswer, tellUnsent } from "../../src/delivery/attempt/sanitize.ts";

const { redact, learn } = openRedaction(["the-first-secret"]);
const outcomeOf = (outcome: unknown) => {
  const answer = sanitizeAnswer({ tag: "outcomes", outcomes: new Map([["id", outcome]]) }, redact);
  return answer.tag === "outcomes" ? answer.outcomes.get("id") : undefined;
};

describe("reading an answer", () => {
  it("an answer of no known kind is trouble of the whole destination, never success", () => {
    for (const given of [undefined, null, true, "delivered", [], { tag: "success" }, { outcomes: new Map() }]) {
      assert.equal(sanitizeAnswer(given, redact).tag, "unavailable", JSON.stringify(given));
    }
  });

  it("an outcome of no known kind is tried again, never delivered", () => {
    for (const given of [undefined, null, true, "delivered", { tag: "ok" }, { tag: "Delivered" }]) {
      assert.equal(outcomeOf(given)?.tag, "retry", JSON.stringify(given));
    }
  });

  it("a batch that is refused keeps what was settled before: it is sent no second time", () => {
    const outcomes = new Map([["id", { tag: "delivered" }]]);
    const answer = sanitizeAnswer({ tag: "batchRejected", reason: { words: "no" }, outcomes }, redact);
    assert.deepEqual(answer, { tag: "batchRejected", reason: { words: "no" }, outcomes });
  });

  it("only what is in trouble may leave deliveries unsent, and only those without an outcome", () => {
    const deliveries = sampleDeliveries(2);
    const [first, second] = deliveries.map(({ id }) => id);
    const outcomes = new Map([[first, { tag: "delivered" }]]);
    const reason = { words: "too soon" };
    const tell = (given: unknown) => tellUnsent(sanitizeAnswer(given, redact), deliveries);
    const told = tell({ tag: "unavailable", reason, retryAfterMs: 5, outcomes, unsent: true });
    const findings = new Map<unknown, unknown>([...outcomes, [second, { tag: "unsent", reason }]]);
    assert.deepEqual(told, { tag: "unavailable", reason, retryAfterMs: 5, outcomes: findings });
    for (const given of [
      { tag: "unavailable", reason, outcomes, unsent: "yes" },
      { tag: "credentialsRefused", reason, outcomes, unsent: true },
      { tag: "outcomes", outcomes, unsent: true },
    ]) {
      const answer = tell(given);
      assert.deepEqual(answer.outcomes, outcomes, given.tag);
    }
  });

  it("who is rejected or skipped may not have been sent, and no other outcome can say so", () => {
    const isUnsent = (outcome: object, unsent: unknown = true) => "unsent" in (outcomeOf({ ...outcome, unsent }) ?? {});
    const all = [rejected("no"), skipped("no"), retry("no"), unmatched("no"), delivered()];
    assert.deepEqual(
      all.map((outcome) => isUnsent(outcome)),
      [true, true, false, false, false],
    );
    assert.ok(!isUnsent(rejected("no"), "yes"));
  });

  it('"unsent" is no outcome that a connector may give: what it names would never expire', () => {
    assert.equal(outcomeOf({ tag: "unsent", reason: { words: "later" } })?.tag, "retry");
  });

  it("a wait that is no number of milliseconds is no wait", () => {
    for (const retryAfterMs of [Number.NaN, -1, Number.POSITIVE_INFINITY, "5", null]) {
      const reason = { words: "later" };
      assert.deepEqual(outcomeOf({ tag: "retry", reason, retryAfterMs }), { tag: "retry", reason });
    }
  });

  it("a fraction of a millisecond, which a STRICT column refuses for ever, is rounded up", () => {
    const reason = { words: "later" };
    assert.deepEqual(outcomeOf({ tag: "retry", reason, retryAfterMs: 1_500.5 }), {
      ...{ tag: "retry", reason },
      retryAfterMs: 1_501,
    });
  });

  it("a wait of thousands of years is a day; a day is kept in full", () => {
    for (const retryAfterMs of [86_400_000, Number("99999999999999999999") * 1_000, 8_000 * 365 * 86_400_000]) {
      const answer = sanitizeAnswer({ tag: "unavailable", reason: { words: "later" }, retryAfterMs }, redact);
      assert.equal(answer.tag === "unavailable" && answer.retryAfterMs, 86_400_000);
    }
  });

  it("secrets are out of every text, also where it is cut", () => {
    const echo = `${"x".repeat(290)}the-first-secret`;
    const reason = { words: echo, category: echo.slice(200), message: echo };
    const kept = [
      outcomeOf({ tag: "rejected", reason }),
      outcomeOf({ tag: "delivered", note: echo }),
      sanitizeAnswer({ tag: "unavailable", reason }, redact),
    ];
    assert.doesNotMatch(JSON.stringify(kept), /the-first/);
    assert.match(JSON.stringify(kept[0]), /x\*\*\*/);
  });

  it("a secret is remembered when another has taken its place", () => {
    learn(["the-second-secret"]);
    const kept = outcomeOf({ tag: "rejected", reason: { words: "the-first-secret, the-second-secret" } });
    assert.deepEqual(kept, { tag: "rejected", reason: { words: "***, ***" } });
  });

  it("a vendor's page is shortened, at a whole character", () => {
    const kept = outcomeOf({ tag: "rejected", reason: { words: "no", message: `${"x".repeat(299)}😀` } });
    assert.deepEqual(kept, { tag: "rejected", reason: { words: "no", message: "x".repeat(299) } });
  });
});
