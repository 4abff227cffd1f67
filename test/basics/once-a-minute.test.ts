import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { onceAMinute, openWindows } from "../../src/basics/once-a-minute.ts";

describe("what comes again and again", () => {
  it("is told with what came first, and not again within the minute", () => {
    const told: string[] = [];
    const tell = onceAMinute((words: string) => told.push(words));
    for (const words of ["first", "second", "third"]) tell(words);
    assert.deepEqual(told, ["first"]);
  });

  it("is summed up until the window closes, and then begun anew by what comes next", async () => {
    const { promise, resolve } = Promise.withResolvers<{ n: number }>();
    const current = openWindows({ ms: 5, begin: () => ({ n: 0 }), end: resolve });
    for (let n = 0; n < 3; n += 1) current().n += 1;
    // the window's own timer keeps no process alive
    const alive = setInterval(() => undefined, 1_000);
    assert.deepEqual(await promise, { n: 3 });
    clearInterval(alive);
    assert.deepEqual(current(), { n: 0 });
  });
});
