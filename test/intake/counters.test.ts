import assert from "node:assert/strict";
import { it } from "node:test";
import { openCounters } from "../../src/intake/counters.ts";
import { memoryLog } from "./harness.ts";

function setUp() {
  const flushed: Readonly<Record<string, number>>[] = [];
  const storage = { count: async (increments: Readonly<Record<string, number>>) => void flushed.push(increments) };
  const log = memoryLog();
  return {
    flushed,
    storage,
    log,
    open: (everyMs?: number) => openCounters(storage, { log, ...(everyMs && { everyMs }) }),
  };
}

it("counters reach the store as sums", async () => {
  const { flushed, open } = setUp();
  const counters = open();
  counters.add("callbacks_stored");
  counters.add("callbacks_stored", 2);
  counters.add("refused_app");
  await counters.stop();
  assert.deepEqual(flushed, [{ callbacks_stored: 3, refused_app: 1 }]);
});

it("counters that stand at zero ask nothing of the store", async () => {
  const { flushed, open } = setUp();
  const counters = open();
  await counters.flush();
  counters.add("callbacks_stored");
  await counters.flush();
  await counters.stop();
  assert.deepEqual(flushed, [{ callbacks_stored: 1 }]);
});

it("counters that the store does not take are kept for the next time", async () => {
  const { flushed, storage, log, open } = setUp();
  const counters = open();
  const { count } = storage;
  storage.count = async () => {
    throw new Error("locked");
  };
  counters.add("callbacks_stored");
  await counters.flush();
  counters.add("callbacks_stored");
  storage.count = count;
  await counters.stop();
  assert.deepEqual(flushed, [{ callbacks_stored: 2 }]);
  assert.equal(log.lines[0]?.fact, "intake.counters_kept_back");
});

it("counters are flushed by themselves", async () => {
  const { storage, open } = setUp();
  const flushed = new Promise<Readonly<Record<string, number>>>((resolve) => {
    storage.count = async (increments) => void resolve(increments);
  });
  const keepAlive = setInterval(() => undefined, 1_000);
  const counters = open(1);
  counters.add("callbacks_empty");
  assert.deepEqual(await flushed, { callbacks_empty: 1 });
  await counters.stop();
  clearInterval(keepAlive);
});
