/** Where callbacks are kept while the store does not take them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attempt } from "../../src/intake/keeping/group.ts";
import { storeOrSpool } from "../../src/intake/keeping/store-or-spool.ts";
import type { AcceptResult, Intake } from "../../src/storage/contract/callbacks.ts";
import { memoryLog } from "./harness.ts";

const NOTHING: Intake = { callbacks: [], quarantine: [] };
const TAKEN: AcceptResult = { refused: [] };
const NEVER = 3_600_000;
const soon = () => performance.now() + 10_000;
const past = () => performance.now() - 1;
const unheard = (attempt: Attempt) => assert.fail(`not late: ${JSON.stringify(attempt)}`);

/** Places whose store and spool do as they are told. */
function setUp() {
  const behave = { store: async () => TAKEN, spool: async (): Promise<void> => undefined };
  const troubles: (string | undefined)[] = [];
  const places = storeOrSpool({
    storage: { accept: () => behave.store(), ping: async () => undefined },
    spool: { append: () => behave.spool() },
    log: memoryLog(),
    probeMs: NEVER,
    onTrouble: (why) => troubles.push(why),
  });
  return { ...places, behave, troubles };
}

const fails = () => Promise.reject(new Error("disk full"));

describe("what is kept", () => {
  it("goes to the store first, and after a failure to the spool first, until the store takes something again", async () => {
    const { inOrder, keeping, stop, behave } = setUp();
    const [store, spool] = inOrder();
    assert.deepEqual(await store(NOTHING, soon(), unheard), { ok: true, by: "store", result: TAKEN });
    behave.store = fails;
    const failed = await store(NOTHING, soon(), unheard);
    assert.deepEqual(failed.ok || failed.why, "Error: disk full");
    assert.equal(keeping(), "spool");
    assert.deepEqual(inOrder(), [spool, store]);
    behave.store = async () => TAKEN;
    await store(NOTHING, soon(), unheard);
    assert.equal(keeping(), "store");
    assert.deepEqual(inOrder(), [store, spool]);
    stop();
  });

  it("is kept nowhere when the spool fails, too, and there again as soon as it works", async () => {
    const { inOrder, keeping, stop, behave } = setUp();
    const [store, spool] = inOrder();
    behave.store = fails;
    behave.spool = fails;
    await store(NOTHING, soon(), unheard);
    await spool(NOTHING, soon(), unheard);
    assert.equal(keeping(), "nowhere");
    behave.spool = async () => undefined;
    assert.equal((await spool(NOTHING, soon(), unheard)).ok, true);
    assert.equal(keeping(), "spool");
    stop();
  });

  it("too late is a failure, and is told of when it has been kept after all", async () => {
    const { inOrder, stop, behave } = setUp();
    const work = Promise.withResolvers<AcceptResult>();
    const late = Promise.withResolvers<Attempt>();
    behave.store = () => work.promise;
    const [store] = inOrder();
    assert.equal((await store(NOTHING, past(), late.resolve)).ok, false);
    work.resolve(TAKEN);
    assert.deepEqual(await late.promise, { ok: true, by: "store", result: TAKEN });
    stop();
  });
});
