/** In which order what is spooled is taken over, and when nothing more is begun. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Taker } from "../../src/spool/take.ts";
import type { SegmentTrouble } from "../../src/spool/take-segments.ts";
import { takeOver } from "../../src/spool/taking-over.ts";

const trouble = (segment: string): SegmentTrouble => ({ segment, error: new Error(segment) });

/** @param troubles of each time that segments are taken */
async function asked({ stopping = false, troubles = [] as readonly (readonly SegmentTrouble[])[] }) {
  const done: string[] = [];
  const left = [...troubles];
  const first = await takeOver({ stopping } as Taker, {
    takeSegments: async (_, except = []) => {
      done.push(except.length === 0 ? "take" : `take but ${except.join()}`);
      return left.shift() ?? [];
    },
    setAside: async () => void done.push("set aside"),
  });
  return { done, first: first?.segment };
}

describe("taking over", () => {
  it("begins with what was set aside before, so that the order stays", async () => {
    assert.deepEqual(await asked({}), { done: ["take", "set aside", "take"], first: undefined });
  });

  it("does not try twice what has failed, and tells of the first trouble", async () => {
    const { done, first } = await asked({ troubles: [[trouble("a"), trouble("b")], [trouble("c")]] });
    assert.deepEqual([done, first], [["take", "set aside", "take but a,b"], "a"]);
    assert.equal((await asked({ troubles: [[], [trouble("c")]] })).first, "c");
  });

  it("begins nothing more while the bridge stops", async () => {
    assert.deepEqual((await asked({ stopping: true })).done, ["take"]);
  });

  it("sets nothing more aside beside so many that the store does not take", async () => {
    const many = Array.from({ length: 20 }, (_, at) => trouble(String(at)));
    assert.deepEqual((await asked({ troubles: [many] })).done, ["take"]);
    assert.equal((await asked({ troubles: [many.slice(1)] })).done.length, 3);
  });
});
