/** What machines have counted, as a store keeps it for charts. */
import assert from "node:assert/strict";
import type { Sample, SpanMinutes } from "../../src/storage/contract/samples.ts";
import { spanBegin } from "../../src/storage/rules/samples.ts";
import { type Case, DAY, MINUTE } from "./suite-support.ts";

const sample = (minutes: SpanMinutes, at: number, connector: string, delivered: number): Sample => ({
  ...{ minutes, at: spanBegin(at, minutes), connector },
  counts: { delivered },
});

const LIMITS = { retentionMs: null, rawRetentionMs: null, quarantineBytes: 1_000_000 };

export const sampleCases: readonly Case[] = [
  {
    what: "what machines have counted is found by the length of its spans, newest first, each machine's for itself",
    async prove({ storage, questions }) {
      const now = Date.now();
      const [early, late] = [sample(1, now - 5 * MINUTE, "crm", 1), sample(1, now, "crm", 2)];
      const coming: Sample = { ...late, connector: "", counts: { callbacks: 3, acks: { "0.005": 3, Infinity: 1 } } };
      await storage.keepSamples("ann", [early, late, coming, sample(10, now, "crm", 9)]);
      await storage.keepSamples("bob", [late]);
      const found = await questions.samples(1, now - 10 * MINUTE);
      const deltas = found.map(({ at, connector }) => [connector, at === early.at ? "early" : "late"]);
      assert.deepEqual(deltas.slice(0, 3).toSorted(), [
        ["", "late"],
        ["crm", "late"],
        ["crm", "late"],
      ]);
      assert.deepEqual(found[3], early);
      assert.deepEqual(
        found.find(({ connector }) => connector === ""),
        coming,
      );
      assert.equal((await questions.samples(1, late.at)).length, 3);
      assert.deepEqual(await questions.samples(10, 0), [sample(10, now, "crm", 9)]);
      assert.deepEqual(await questions.samples(120, 0), []);
    },
  },
  {
    what: "what a machine says again of a span stands in the place of what it said before",
    async prove({ storage, questions }) {
      const now = Date.now();
      await storage.keepSamples("ann", [sample(120, now, "crm", 1)]);
      for (let again = 0; again < 2; again += 1) await storage.keepSamples("ann", [sample(120, now, "crm", 7)]);
      assert.deepEqual(await questions.samples(120, 0), [sample(120, now, "crm", 7)]);
    },
  },
  {
    what: "spans go when they are older than their chart: minutes after a day, the longest after two weeks",
    async prove({ storage, questions }) {
      const now = Date.now();
      const ages = [0.5, 1.5, 3, 15].map((days) => now - days * DAY);
      for (const minutes of [1, 10, 120] as const) {
        await storage.keepSamples(
          "ann",
          ages.map((at) => sample(minutes, at, "crm", 1)),
        );
      }
      while ((await storage.prune(LIMITS)).more);
      const left = async (minutes: SpanMinutes) => (await questions.samples(minutes, 0)).length;
      assert.deepEqual([await left(1), await left(10), await left(120)], [1, 2, 3]);
    },
  },
];
