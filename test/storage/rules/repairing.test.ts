import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DISCARDABLE, meantStates, REPLAYABLE, sorted } from "../../../src/storage/rules/repairing.ts";

const rows = (["dead", "waiting", "delivered"] as const).map((state, n) => ({ e_id: `e${n}`, origin: "crm", state }));

describe("what a repair leaves alone", () => {
  it("is named with its state, and what nobody knows as unknown", () => {
    const { meant, left } = sorted(["e0:crm", "e1:crm", "e2:crm", "e3:crm"], rows, REPLAYABLE);
    assert.deepEqual(meant, [rows[0]]);
    assert.deepEqual(left, [
      { id: "e3:crm", why: "unknown" },
      { id: "e1:crm", why: "waiting" },
      { id: "e2:crm", why: "delivered" },
    ]);
  });

  it("is less for a discard: what waits ends as well", () => {
    const { meant, left } = sorted(["e0:crm", "e1:crm", "e2:crm"], rows, DISCARDABLE);
    assert.deepEqual(meant, rows.slice(0, 2));
    assert.deepEqual(left, [{ id: "e2:crm", why: "delivered" }]);
  });
});

describe("what a filter without ids means", () => {
  it("is all that can be changed, or what of that it names", () => {
    assert.deepEqual(meantStates({}, DISCARDABLE), ["dead", "waiting"]);
    assert.deepEqual(meantStates({ states: ["waiting", "delivered"] }, DISCARDABLE), ["waiting"]);
    assert.deepEqual(meantStates({ states: ["delivered"] }, REPLAYABLE), []);
  });
});
