import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LARGE, largeIn, openGarbage } from "../../src/basics/garbage.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("large garbage", () => {
  it("is collected once when it is worth it, after whoever told of it has let go", async () => {
    let collected = 0;
    const letGo = openGarbage(() => {
      collected += 1;
    }, 100);
    letGo(60);
    await turn();
    assert.equal(collected, 0);
    letGo(60);
    letGo(60);
    assert.equal(collected, 0);
    await turn();
    assert.equal(collected, 1);
    letGo(60);
    await turn();
    assert.equal(collected, 2);
  });

  it("is none of what is small, however much: that goes with everything else, and keeps nobody waiting", () => {
    const small = Array.from({ length: 1_000 }, () => new Uint8Array(LARGE));
    assert.equal(largeIn(small), 0);
    assert.equal(largeIn([...small, new Uint8Array(LARGE + 1)]), LARGE + 1);
  });
});
