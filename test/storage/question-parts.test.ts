/** What questions are made of, each part by itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inTurnUntil } from "../../src/storage/questions/in-turn.ts";
import { rememberedAnswer } from "../../src/storage/questions/remembered.ts";

describe("an answer that is remembered", () => {
  function counted() {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      if (asked === 3) throw new Error("the store is away");
      return asked;
    };
    return ask;
  }

  it("is one for all who ask within a second, unless it is forgotten", async () => {
    let now = 0;
    const { ask, forget } = rememberedAnswer(counted(), { elapsed: () => now, signal: new AbortController().signal });
    assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
    now = 999;
    assert.equal(await ask(), 1);
    forget();
    assert.equal(await ask(), 2);
    now = 2_000;
    await assert.rejects(ask(), /away/);
    // a failure is nobody else's
    assert.equal(await ask(), 4);
  });

  it("is none once all is over", async () => {
    const over = AbortSignal.abort();
    const { ask } = rememberedAnswer(counted(), { elapsed: () => 0, signal: over });
    assert.deepEqual([await ask(), await ask()], [1, 2]);
  });
});

describe("what is asked in turn", () => {
  it("begins when the one before has ended, however that was, and does no more once it is over", async () => {
    const ending = new AbortController();
    const inTurn = inTurnUntil(ending.signal);
    const first = Promise.withResolvers<string>();
    const order: string[] = [];
    const note = (what: string) => async () => void order.push(what);
    const one = inTurn(() => first.promise);
    const two = inTurn(note("two"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, []);
    first.reject(new Error("no"));
    await assert.rejects(one, /no/);
    await two;
    assert.deepEqual(order, ["two"]);
    ending.abort(new Error("closed"));
    await assert.rejects(inTurn(note("three")), /closed/);
    await inTurn.idle();
    assert.deepEqual(order, ["two"]);
  });
});
