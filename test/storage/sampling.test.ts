/** What a machine counts minute by minute, and what becomes of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openLog } from "../../src/basics/log.ts";
import { openFacts } from "../../src/facts/facts.ts";
import { acksBeyond, ackWithin, pointsOf } from "../../src/operations/status/throughput.ts";
import type { StoreStanding } from "../../src/storage/contract/ledger.ts";
import type { Sample } from "../../src/storage/contract/samples.ts";
import { openSampler } from "../../src/storage/sampling.ts";

const NOON = Date.parse("2026-11-27T12:00:00Z");
const MINUTE = 60_000;

function sampling({ fails = () => false }: { readonly fails?: () => boolean } = {}) {
  const kept = new Map<string, Sample>();
  const facts = openFacts();
  const row = { name: "crm", waiting: 4, oldestWaitingAt: NOON - MINUTE };
  const sampler = openSampler({
    facts,
    connectors: () => ["crm", "partner"],
    standing: async () => ({ connectors: [row] }) as unknown as StoreStanding,
    log: openLog({ level: "error", write: () => undefined, redact: (line) => line }),
    clock: () => NOON,
    storage: {
      async keepSamples(_machine, samples) {
        if (fails()) throw new Error("no store");
        for (const one of samples) kept.set(`${one.minutes} ${one.at - NOON} ${one.connector}`, one);
      },
    },
  });
  return { facts, sampler, counts: (key: string) => kept.get(key)?.counts, kept };
}

describe("sampling", () => {
  it("keeps of each minute what was counted in it, and with it all longer spans as far as they have come", async () => {
    const { facts, sampler, counts } = sampling();
    facts.intake.count("callbacks_stored", 2);
    facts.intake.acknowledged(3);
    facts.intake.acknowledged(9_000);
    facts.connector("crm").endings.delivered += 5;
    await sampler.minute(NOON);
    facts.intake.count("refused_sign", 3);
    facts.intake.acknowledged(3);
    facts.connector("crm").endings.delivered += 1;
    facts.connector("partner").endings.dead += 1;
    await sampler.minute(NOON + MINUTE);
    assert.deepEqual(counts("1 0 "), { callbacks: 2, refused: 0, acks: { "0.005": 1, Infinity: 1 } });
    assert.deepEqual(counts("1 60000 "), { callbacks: 0, refused: 3, acks: { "0.005": 1 } });
    assert.deepEqual(counts("120 0 "), { callbacks: 2, refused: 3, acks: { "0.005": 2, Infinity: 1 } });
    assert.deepEqual(counts("1 60000 crm"), { delivered: 1, dead: 0, waiting: 4, oldestMs: MINUTE });
    assert.deepEqual(counts("10 0 crm"), { delivered: 6, dead: 0, waiting: 4, oldestMs: MINUTE });
    assert.deepEqual(counts("10 0 partner"), { delivered: 0, dead: 1 });
  });

  it("counts nothing twice and loses nothing while the store takes nothing", async () => {
    let isDown = true;
    const { facts, sampler, counts } = sampling({ fails: () => isDown });
    facts.connector("crm").endings.delivered += 5;
    await sampler.minute(NOON);
    facts.connector("crm").endings.delivered += 2;
    await sampler.minute(NOON + MINUTE);
    isDown = false;
    await sampler.minute(NOON + 2 * MINUTE);
    assert.equal(counts("1 0 crm")?.delivered, 5);
    assert.equal(counts("1 60000 crm")?.delivered, 2);
    assert.equal(counts("10 0 crm")?.delivered, 7);
  });
});

describe("throughput", () => {
  const span = { range: "1h", minutes: 1, first: NOON, last: NOON + 2 * MINUTE } as const;
  const of = (at: number, connector: string, counts: Sample["counts"]): Sample => ({
    minutes: 1,
    at,
    connector,
    counts,
  });

  it("adds up machines, takes the most of what stood, and says of a minute of which nobody has told that nobody has", () => {
    const { points, intake } = pointsOf(
      [
        of(NOON, "crm", { delivered: 1, waiting: 7 }),
        of(NOON, "crm", { delivered: 2, waiting: 9 }),
        of(NOON, "", { callbacks: 4, acks: { "0.01": 98 } }),
        of(NOON + 2 * MINUTE, "", { callbacks: 0, acks: { "0.005": 1, Infinity: 1 } }),
      ],
      span,
    );
    assert.deepEqual(points[0]?.connectors.get("crm"), { delivered: 3, waiting: 9 });
    assert.deepEqual(
      points.map((point) => point.intake?.callbacks),
      [4, undefined, 0],
    );
    assert.deepEqual([ackWithin(intake, 0.5), ackWithin(intake, 0.99)], [0.01, 0.01]);
    assert.deepEqual([ackWithin(intake, 1), acksBeyond(intake, 2)], [Number.POSITIVE_INFINITY, 1]);
    assert.equal(ackWithin({}, 0.5), undefined);
  });
});
