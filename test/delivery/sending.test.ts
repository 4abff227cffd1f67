/** A claim goes out batch by batch, until the first sign of trouble. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, outcomes } from "../../src/connector.ts";
import type { Answer } from "../../src/delivery/answer.ts";
import type { Claimed } from "../../src/delivery/courier/claims.ts";
import { type Concluded, openSending, type SendingOptions } from "../../src/delivery/courier/sending.ts";
import { row, taken } from "../support/deliveries.ts";

const OK: Answer = outcomes([["any", delivered()]]);
const GOOD: Concluded = "more soon";
const DOWN: Answer = { tag: "unavailable", reason: { words: "down" } };

function claimed(count: number, lastCall = () => false): Claimed {
  const deliveries = Array.from({ length: count }, (_, index) => taken(index + 1));
  return {
    claim: { token: "claim", connector: row(), at: 0, deliveries, probe: false, waitMs: 0, superseded: 0 },
    lastCall,
  };
}

/** Sends batches of two, one at a time, unless told otherwise. */
function opened(options: Partial<SendingOptions> = {}) {
  const batches: number[][] = [];
  const settled: number[][] = [];
  const sending = openSending({
    largestBatch: 2,
    concurrency: () => 1,
    unsettled: 1,
    untilSettled: false,
    conclude: async ({ batch }) => {
      settled.push(batch.map(({ event }) => event.seq));
      return GOOD;
    },
    onSettled: () => undefined,
    isStopping: () => false,
    ...options,
    deliver(batch, holds, isFull) {
      batches.push(batch.map(({ event }) => event.seq));
      return options.deliver?.(batch, holds, isFull) ?? Promise.resolve(OK);
    },
  });
  return { ...sending, batches, settled };
}

const events = (left: Awaited<ReturnType<ReturnType<typeof opened>["send"]>>) => left.map(({ event }) => event.seq);

describe("a claim", () => {
  it("goes out in batches, and each is settled", async () => {
    const { send, idle, batches, settled } = opened();
    assert.deepEqual(await send(claimed(5)), []);
    await idle();
    assert.deepEqual(batches, [[1, 2], [3, 4], [5]]);
    assert.deepEqual(settled, batches);
  });

  it("has no more batches under way than it may", async () => {
    const first = Promise.withResolvers<Answer>();
    const { send, idle, batches } = opened({ concurrency: () => 2, deliver: () => first.promise });
    const sent = send(claimed(6));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(batches, [
      [1, 2],
      [3, 4],
    ]);
    first.resolve(OK);
    await sent;
    await idle();
    assert.equal(batches.length, 3);
  });

  it("tells of each batch whether it was the last one that might go, by what may go just now", async () => {
    let size = 2;
    const full: boolean[] = [];
    const deliver = async (_: unknown, __: unknown, isFull: boolean) => {
      full.push(isFull);
      return OK;
    };
    const { send, idle } = opened({ concurrency: () => size, deliver });
    await send(claimed(4));
    await idle();
    size = 1;
    await send(claimed(4));
    await idle();
    assert.deepEqual(full, [false, true, true, true]);
  });

  it("is left where a destination is in trouble, until that is settled", async () => {
    const { send, inTrouble, recover, batches } = opened({ deliver: async () => DOWN });
    assert.deepEqual(events(await send(claimed(5))), [3, 4, 5]);
    assert.ok(inTrouble());
    assert.deepEqual(events(await send(claimed(2))), [1, 2]);
    await recover();
    assert.ok(!inTrouble());
    await send(claimed(2));
    assert.deepEqual(batches, [
      [1, 2],
      [1, 2],
    ]);
  });

  it("is left where the store has heard of trouble, be it another machine's", async () => {
    const { send, inTrouble } = opened({ untilSettled: true, conclude: async () => "trouble" });
    assert.deepEqual(events(await send(claimed(5))), [3, 4, 5]);
    assert.ok(inTrouble());
  });

  it("is left when its lease is nearly over, or the bridge stops", async () => {
    const late = opened();
    assert.deepEqual(events(await late.send(claimed(2, () => true))), [1, 2]);
    assert.ok(!late.inTrouble());
    const stopping = opened({ isStopping: () => true });
    assert.deepEqual(events(await stopping.send(claimed(2))), [1, 2]);
  });

  it("wakes the courier after a settlement behind which there is more soon, or trouble, and after no other", async () => {
    const wakesAfter = async (options: Partial<SendingOptions>) => {
      const woken: string[] = [];
      const { send, idle } = opened({ ...options, onSettled: () => void woken.push("woken") });
      await send(claimed(2));
      await idle();
      return woken.length;
    };
    assert.equal(await wakesAfter({ conclude: async () => "more soon" }), 1);
    assert.equal(await wakesAfter({ conclude: async () => "trouble" }), 1);
    const nothing = async (): Promise<Concluded> => "nothing soon";
    assert.equal(await wakesAfter({ conclude: nothing, deliver: async () => DOWN }), 1);
    assert.equal(await wakesAfter({ conclude: nothing }), 0);
  });

  it("waits for a slow store before more is asked of the destination", async () => {
    const store = Promise.withResolvers<Concluded>();
    const { send, idle, batches } = opened({ conclude: () => store.promise });
    const sent = send(claimed(6));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(batches.length, 2, "one waits to be settled, and one for its place");
    store.resolve(GOOD);
    await sent;
    await idle();
    assert.equal(batches.length, 3);
  });
});
