/** What is told of a store that does not take callbacks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { storeHealth } from "../../src/intake/keeping/store-health.ts";
import { memoryLog } from "./harness.ts";

const SILENCE = "Error: store: no answer within 500 ms";

/** Resolves with what was told of a store that failed without a word, and then answers each question with one of these. */
async function toldOf(words: readonly string[]): Promise<{ told: (string | undefined)[]; lines: unknown[] }> {
  const log = memoryLog();
  const told: (string | undefined)[] = [];
  const back = Promise.withResolvers<void>();
  const answers = [...words];
  const ping = async () => {
    const answer = answers.shift();
    if (answer !== undefined) throw new Error(answer);
  };
  const onTrouble = (why: string | undefined) => {
    told.push(why);
    if (why === undefined) back.resolve();
  };
  const health = storeHealth({ storage: { ping }, log, probeMs: 1, onTrouble });
  health.failed(SILENCE);
  await back.promise;
  health.stop();
  const lines = log.lines.filter(({ fact }) => fact === "intake.store_fails").map(({ reason }) => reason);
  return { told, lines };
}

const FIRST = "store: no answer within 500 ms";

describe("a store in trouble", () => {
  it("is told of as what it turns out to be, once", async () => {
    const { told, lines } = await toldOf(["it is locked", "it is locked", "its disk is full", "it is locked"]);
    assert.deepEqual(lines, [FIRST, "it is locked", "its disk is full"]);
    assert.deepEqual(told, [...lines, undefined]);
  });

  it("that goes on saying nothing is no news", async () => {
    const { lines } = await toldOf([FIRST, "store: no answer within 1.2 s"]);
    assert.deepEqual(lines, [FIRST]);
  });

  it("whose words change each time does not fill the log", async () => {
    const { lines } = await toldOf(Array.from({ length: 40 }, (_, n) => `no room in file ${n}`));
    assert.equal(lines.length, 10);
  });
});
