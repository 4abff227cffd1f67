import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, type Outcome, rejected, retry, skipped, unmatched } from "../../src/connector.ts";
import { backoff, type RetryPolicy } from "../../src/delivery/verdict/retry-policy.ts";
import { settlementOf } from "../../src/delivery/verdict/settlement.ts";
import { LONGEST_DELAY_MS } from "../../src/storage/contract/deliveries.ts";
import { taken } from "../support/deliveries.ts";

const HOUR = 3_600_000;
const policy: RetryPolicy = { giveUpAfterMs: 72 * HOUR, firstDelayMs: 1_000, maxDelayMs: 600_000 };
const at = (clock: number, chance = 1) => ({ clock, outageMs: 0, random: () => chance });

describe("what follows an outcome", () => {
  it("delivered is delivered, with the connector's note", () => {
    assert.deepEqual(settlementOf(taken(1), delivered("accepted (200)"), policy, at(0)), {
      event: 1,
      to: "delivered",
      note: "accepted (200)",
    });
  });

  it("skipped and rejected end the delivery with their reasons", () => {
    assert.deepEqual(settlementOf(taken(1), skipped("not known there"), policy, at(0)), {
      event: 1,
      to: "skipped",
      reason: { words: "not known there" },
    });
    assert.deepEqual(settlementOf(taken(1), rejected({ words: "no", status: 422 }), policy, at(0)), {
      event: 1,
      to: "dead",
      class: "rejected",
      reason: { words: "no", status: 422 },
    });
  });

  it("a retry waits within its backoff, and never less than the destination asked for", () => {
    const soon = settlementOf(taken(1, { attempts: 3 }), retry("HTTP 503"), policy, at(0, 0.5));
    assert.equal(soon.to === "waiting" && soon.delayMs, 4_000);
    const told = settlementOf(taken(1, { attempts: 3 }), retry("HTTP 429", 30_000), policy, at(0, 0.5));
    assert.equal(told.to === "waiting" && told.delayMs, 30_000);
  });

  it("nothing is given up before its fifth attempt, however old it is", () => {
    const old = taken(1, { attempts: 3, firstAttemptClock: 0 });
    assert.equal(settlementOf(old, retry("HTTP 500"), policy, at(1_000 * HOUR)).to, "waiting");
    const fifth = taken(1, { attempts: 4, firstAttemptClock: 0 });
    assert.deepEqual(settlementOf(fifth, retry("HTTP 500"), policy, at(72 * HOUR)), {
      event: 1,
      to: "dead",
      class: "expired",
      reason: { words: "HTTP 500" },
    });
  });

  it("nothing is given up before its time, however often it was tried", () => {
    const tried = taken(1, { attempts: 5_000, firstAttemptClock: 0 });
    assert.equal(settlementOf(tried, retry("HTTP 500"), policy, at(72 * HOUR - 1)).to, "waiting");
  });

  it("somebody unknown is tried again slowly, behind the others, and ends as unmatched", () => {
    const delays = [0, 1, 2, 3, 50].map((attempts) => {
      const settlement = settlementOf(taken(1, { attempts }), unmatched("nobody"), policy, at(0));
      assert.equal(settlement.to === "waiting" && settlement.lane, "slow");
      return settlement.to === "waiting" ? settlement.delayMs : undefined;
    });
    assert.deepEqual(delays, [60_000, 600_000, HOUR, 6 * HOUR, 6 * HOUR]);
    const last = taken(1, { attempts: 14, firstAttemptClock: 0 });
    const end = settlementOf(last, unmatched("nobody"), policy, at(73 * HOUR));
    assert.equal(end.to === "dead" && end.class, "unmatched");
  });

  it("an outcome that nobody understands is tried again", () => {
    for (const odd of [{ tag: "done" }, "ok", 200, null, undefined]) {
      const settlement = settlementOf(taken(1), (odd ?? { tag: odd }) as unknown as Outcome, policy, at(0));
      assert.equal(settlement.to, "waiting");
    }
  });
});

describe("backoff", () => {
  it("doubles up to its ceiling, and chance may take all of it away", () => {
    const ceilings = [1, 2, 3, 10, 11, 5_000].map((failures) => backoff(failures, policy, 1));
    assert.deepEqual(ceilings, [1_000, 2_000, 4_000, 512_000, 600_000, 600_000]);
    assert.equal(backoff(9, policy, 0), 0);
  });

  it("no wait is longer than the longest that a start would cut", () => {
    assert.ok(backoff(99, policy, 1) <= LONGEST_DELAY_MS);
  });
});
