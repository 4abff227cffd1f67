/** Operations as a page or an API would use them: data in and out, and refusals in words that say what to do. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Known } from "../../src/operations/known.ts";
import { type Operations, operationsOn } from "../../src/operations/operations.ts";
import { Refused } from "../../src/operations/refused.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { register } from "../storage/suite-support.ts";
import { ACTOR } from "../support/act.ts";

const NOTHING_KNOWN: Known = {
  file: "bridge.yaml",
  readFrom: new Map(),
  connectors: [],
  secrets: [],
  secretsAt: new Map(),
  unclear: "all",
};

const unnoted: unknown[] = [];
const onUnnoted = (error: unknown) => void unnoted.push(error);

describe("operations on a store", () => {
  let storage: Storage;
  let operations: Operations;
  before(async () => {
    storage = openSqlite({ path: ":memory:" });
    await register(storage, "crm");
    const questions = openQuestionsBeside({ url: "sqlite::memory:", schema: "", prepare: true }, storage);
    operations = operationsOn({ storage, questions }, NOTHING_KNOWN, { actor: ACTOR, onUnnoted });
  });
  after(() => storage.close());

  it("refuse a connector that is not there, with the one that was meant", async () => {
    const refused = (error: unknown) =>
      error instanceof Refused &&
      error.why === "unknown" &&
      /"crn" in the store; did you mean "crm"\?/.test(error.message);
    await assert.rejects(operations.pause("crn"), refused);
    await assert.rejects(operations.retry("crn"), refused);
    await assert.rejects(operations.deliveries({ connector: "crn" }, { limit: 1 }), refused);
    const filter = { connector: "crn" };
    await assert.rejects(
      operations.planRepair("replay", filter, () => undefined),
      refused,
    );
  });

  it("pause, retry and resume a connector, and say what a status then says", async () => {
    await operations.pause("crm");
    assert.deepEqual(await operations.retry("crm"), { waiting: 0, isHeld: true });
    const [paused] = (await operations.status()).connectors;
    assert.equal(paused?.condition, "paused");
    await operations.resume("crm");
    assert.deepEqual(await operations.retry("crm"), { waiting: 0, isHeld: false });
    const { isServed, isWell, connectors } = await operations.status();
    assert.deepEqual([isServed, isWell, connectors[0]?.condition], [false, false, "not served"]);
  });

  it("answer null for a page that begins behind what is not there", async () => {
    assert.equal(await operations.deliveries({}, { limit: 1, after: "gone" }), null);
    assert.equal(await operations.quarantined({ limit: 1, after: "gone" }), null);
    assert.deepEqual(await operations.deliveries({}, { limit: 1 }), { entries: [], looked: 1, next: null });
  });
});
