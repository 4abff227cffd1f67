/** What couriers note of attempts and endings. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome } from "../../src/connector.ts";
import { delivered, rejected, unmatched } from "../../src/connector.ts";
import { type Answer, unsent } from "../../src/delivery/answer.ts";
import { watched } from "../../src/delivery/attempt/watched.ts";
import { noteSettled } from "../../src/delivery/settlement/note-settled.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import type { TakenDelivery } from "../../src/storage/contract/deliveries.ts";
import { taken } from "../support/deliveries.ts";

const BATCH: readonly TakenDelivery[] = [1, 2, 3, 4].map((seq) => taken(seq));
const idOf = (seq: number): string => taken(seq).id;
const WHY = { words: "so" };

describe("what an attempt came to", () => {
  it("is counted for each delivery, once: its outcome, the trouble of all, or nothing where nothing was sent", async () => {
    const facts = openConnectorFacts();
    const found: [string, Outcome | ReturnType<typeof unsent>][] = [
      [idOf(1), delivered()],
      [idOf(2), unsent(WHY)],
      [idOf(3), rejected("no")],
    ];
    await watched(BATCH, facts, async () => ({ tag: "unavailable", reason: WHY, outcomes: new Map(found) }));
    const { delivered: ok, rejected: no, unavailable, ...others } = facts.attempts;
    assert.deepEqual({ ok, no, unavailable }, { ok: 1, no: 1, unavailable: 1 });
    assert.ok(Object.values(others).every((count) => count === 0));
  });

  it("is silence that is tried again where the answer leaves a delivery out", async () => {
    const facts = openConnectorFacts();
    await watched(BATCH, facts, async () => ({ tag: "outcomes", outcomes: new Map([[idOf(1), unmatched("who?")]]) }));
    assert.deepEqual([facts.attempts.unmatched, facts.attempts.retry], [1, 3]);
  });

  it("is under way until it is answered, also by a throw", async () => {
    const facts = openConnectorFacts();
    const call = Promise.withResolvers<Answer>();
    const watching = watched(BATCH, facts, () => call.promise);
    assert.equal(facts.inFlight, 4);
    call.reject(new Error("broken"));
    await assert.rejects(watching, /broken/);
    assert.equal(facts.inFlight, 0);
  });
});

describe("how deliveries ended", () => {
  it("is counted by what was decided now and later; never what waits, or what another holder settles", () => {
    const facts = openConnectorFacts();
    const settlements = [
      { event: 1, to: "delivered" },
      { event: 2, to: "delivered" },
      { event: 3, to: "waiting", reason: WHY, delayMs: 1, lane: "normal", attempted: true },
      { event: 4, to: "skipped", reason: WHY },
    ] as const;
    const decided = [{ event: 99, to: "dead", class: "rejected", reason: WHY }] as const;
    const { eventTime, receivedAt } = taken(1).event;
    noteSettled(facts, { batch: BATCH, verdict: { settlements, decided }, lost: [2] }, receivedAt + 2_000);
    assert.deepEqual(facts.endings, { delivered: 1, dead: 1, skipped: 1, superseded: 0 });
    assert.deepEqual(facts.dead, { rejected: 1, expired: 0, unmatched: 0 });
    assert.deepEqual([facts.fromReceipt.count, facts.fromReceipt.sum], [1, 2]);
    assert.deepEqual([facts.fromEvent.count, facts.fromEvent.sum], [1, (receivedAt + 2_000 - eventTime) / 1_000]);
  });
});
