/** What housekeeping tells of what it removes: sums, now and then. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tellSums } from "../../src/basics/told-sums.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { startHousekeeping } from "../../src/storage/housekeeping.ts";

const MINUTE = 60_000;
const CONFIG = {
  storage: { retention: MINUTE, raw_retention: MINUTE },
  quarantine: { max_size: 1 },
  audit: { retention: MINUTE, max_searches: 1 },
} as unknown as Config;

type Batch = readonly [rows: number, quarantineDropped: number, more: boolean, at: number];

/** The log of a loop that removes these, at these times. */
async function logOf(batches: readonly Batch[]): Promise<object[]> {
  const lines: object[] = [];
  const line = (fact: object) => void lines.push(fact);
  const log = { debug: line, info: line, warn: line, error: line };
  const left = [...batches];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let now = 0;
  const prune = async () => {
    const [rows, quarantineDropped, more, at] = left.shift() ?? [0, 0, false, now];
    now = at;
    // the next one at once
    queueMicrotask(() => loop.wake());
    if (left.length === 0) resolve();
    return { rows, quarantineDropped, more };
  };
  const loop = startHousekeeping({
    storage: { prune },
    log,
    config: () => CONFIG,
    facts: { prunedRows: 0, quarantineDropped: 0 },
    others: { callbacks: () => 0, giveWay: async () => undefined },
    elapsed: () => now,
  });
  await done;
  await loop.stop();
  return lines;
}

describe("what housekeeping removes", () => {
  it("is told once for a round, however many steps that takes: each step once wrote a line", async () => {
    const steps = Array.from({ length: 50 }, (_, step): Batch => [500, 0, step < 49, step]);
    assert.deepEqual(await logOf(steps), [{ fact: "store.pruned", rows: 25_000 }]);
  });

  it("is told once an hour with its sum, where there is always a little", async () => {
    const rounds = Array.from({ length: 25 }, (_, round): Batch => [3, 0, false, round * 5 * MINUTE]);
    assert.deepEqual(
      await logOf(rounds),
      [3, 36, 36].map((rows) => ({ fact: "store.pruned", rows })),
    );
  });

  it("is told within a round that takes hours, and nothing is told of nothing", async () => {
    const hours: Batch[] = [0, 30, 61, 90, 122].map((at) => [500, 0, true, at * MINUTE]);
    assert.deepEqual(
      await logOf([...hours, [0, 0, false, 123 * MINUTE]]),
      [1_500, 1_000].map((rows) => ({ fact: "store.pruned", rows })),
    );
    assert.deepEqual(await logOf([[0, 0, false, 0]]), []);
  });

  it("is an error at once where it was never understood, and after that once a minute with the sum", async () => {
    const batches: Batch[] = [0, 10, 20, 61].map((second) => [0, 100, true, second * 1_000]);
    assert.deepEqual(
      await logOf(batches),
      [100, 300].map((dropped) => ({ fact: "quarantine.overflowed", dropped })),
    );
  });
});

describe("sums", () => {
  it("lose nothing between two that are told", () => {
    const sums = tellSums(10);
    const told = Array.from({ length: 100 }, (_, at) => sums.add(1, at % 3 === 0, at) ?? 0).reduce((a, b) => a + b, 0);
    assert.equal(told + (sums.add(0, true, 1_000) ?? 0), 100);
  });
});

describe("between two steps", () => {
  /** Milliseconds of work for which housekeeping gave way, step by step; each step takes 10 ms. */
  async function gaveWayFor(steps: readonly (readonly [rows: number, more: boolean])[]): Promise<number[]> {
    const gaveWay: number[] = [];
    const left = [...steps];
    const { promise: done, resolve } = Promise.withResolvers<void>();
    let now = 0;
    const loop = startHousekeeping({
      storage: {
        async prune() {
          now += 10;
          const [rows, more] = left.shift() ?? [0, false];
          queueMicrotask(() => loop.wake());
          if (left.length === 0) resolve();
          return { rows, quarantineDropped: 0, more };
        },
      },
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      config: () => CONFIG,
      facts: { prunedRows: 0, quarantineDropped: 0 },
      others: { callbacks: () => 0, giveWay: async (ms) => void gaveWay.push(ms) },
      elapsed: () => now,
    });
    await done;
    await loop.stop();
    return gaveWay;
  }

  it("callbacks that crowd in go before, for longer than before router and couriers", async () => {
    assert.deepEqual(
      await gaveWayFor([
        [400, true],
        [400, true],
        [0, true],
        [7, false],
      ]),
      [40, 40],
    );
  });
});
