import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openOpener } from "../../../src/storage/postgres/pool/opener.ts";
import { FULL } from "./pool-support.ts";

const DOWN = new Error("ECONNREFUSED");

/** An opener whose tries end as they are told to, and what it says. `said()` resolves with the next word. */
function openTold() {
  const clock = { at: 0 };
  const tries: PromiseWithResolvers<string>[] = [];
  const words: string[] = [];
  const heard: ((word: string) => void)[] = [];
  const say = (word: string) => {
    const hear = heard.shift();
    if (hear === undefined) words.push(word);
    else hear(word);
  };
  const opener = openOpener<string>({
    open: () => {
      const next = Promise.withResolvers<string>();
      tries.push(next);
      return next.promise;
    },
    onOpen: (client) => say(`open ${client}`),
    onFailure: (error) => say(`failure ${String(error)}`),
    onFull: () => say("full"),
    onRested: () => say("rested"),
    elapsed: () => clock.at,
  });
  const said = () => new Promise<string>((resolve) => void heard.push(resolve));
  const fail = (error: Error) => tries.shift()?.reject(error);
  return { opener, clock, tries, words, said, fail };
}

describe("the opener of connections", () => {
  it("hands on what it opened, and forgets older trouble", async () => {
    const { opener, tries, said, fail } = openTold();
    opener.start();
    fail(DOWN);
    assert.equal(await said(), `failure ${DOWN}`);
    assert.equal(opener.trouble, DOWN);
    opener.start();
    assert.equal(opener.opening, 1);
    tries.shift()?.resolve("a");
    assert.equal(await said(), "open a");
    assert.deepEqual([opener.opening, opener.trouble], [0, undefined]);
  });

  it("leaves a full server alone for a moment, then says that it rested", async () => {
    const { opener, tries, said, fail } = openTold();
    opener.start();
    fail(FULL);
    assert.equal(await said(), "full");
    opener.start();
    assert.equal(tries.length, 0, "it is left alone");
    assert.equal(await said(), "rested");
    opener.start();
    assert.equal(tries.length, 1);
  });

  it("says that it failed when the server was full for five seconds", async () => {
    const { opener, clock, said, fail } = openTold();
    for (const [at, word] of [
      [0, "full"],
      [4_999, "full"],
      [5_000, `failure ${FULL}`],
    ] as const) {
      clock.at = at;
      opener.start();
      fail(FULL);
      assert.equal(await said(), word);
      if (word === "full") assert.equal(await said(), "rested");
    }
  });

  for (const [what, other] of [
    ["a connection", undefined],
    ["other trouble", DOWN],
  ] as const) {
    it(`counts these seconds anew after ${what}`, async () => {
      const { opener, clock, tries, said, fail } = openTold();
      for (const [at, error] of [
        [0, FULL],
        [4_000, other],
        [5_000, FULL],
        [9_999, FULL],
      ] as const) {
        clock.at = at;
        opener.start();
        if (error === undefined) tries.shift()?.resolve("a");
        else fail(error);
        const word = await said();
        assert.equal(word === "full", error === FULL);
        if (word === "full") assert.equal(await said(), "rested");
      }
    });
  }

  it("says nothing more once it is stopped", async () => {
    const { opener, words, said, fail } = openTold();
    opener.start();
    fail(FULL);
    assert.equal(await said(), "full");
    opener.stop();
    // long enough for whoever would have rested
    const other = openTold();
    other.opener.start();
    other.fail(FULL);
    assert.equal(await other.said(), "full");
    assert.equal(await other.said(), "rested");
    assert.deepEqual(words, []);
  });
});
