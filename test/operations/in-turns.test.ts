/** Long repairs give way between their steps. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sleep } from "../../src/basics/waiting.ts";
import { inTurns } from "../../src/operations/in-turns.ts";

describe("steps of a repair", () => {
  it("leave the store alone for as long as each has held it", async () => {
    const steps: { began: number; ended: number }[] = [];
    for (let n = 0; n < 3; n += 1) {
      await inTurns(async () => {
        const began = performance.now();
        await sleep(20);
        steps.push({ began, ended: performance.now() });
      });
    }
    for (const [index, { began, ended }] of steps.entries()) {
      const next = steps[index + 1];
      // timers may be a millisecond early
      if (next !== undefined) assert.ok(next.began - ended >= ended - began - 1);
    }
  });

  it("hand on what a step answers, or why it could not", async () => {
    assert.equal(await inTurns(async () => 7), 7);
    await assert.rejects(
      inTurns(async () => {
        throw new Error("busy");
      }),
      /busy/,
    );
  });
});
