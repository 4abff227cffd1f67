/** An answer that many scrapers want: asked for seldom, waited for a little, told for a while. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type RememberedLimits, remembered } from "../../src/metrics/remembered.ts";

const LIMITS: RememberedLimits = { everyMs: 1_000, patienceMs: 20, silenceMs: 10_000, oldestMs: 60_000 };

/** A store under the test's hands, and its clock. */
function scripted() {
  const asked: ReturnType<typeof Promise.withResolvers<string>>[] = [];
  let now = 0;
  const ask = () => {
    const question = Promise.withResolvers<string>();
    asked.push(question);
    return question.promise;
  };
  const answer = remembered(ask, LIMITS, () => now);
  return {
    look: answer.look,
    asked,
    pass(ms: number) {
      now += ms;
    },
    /** Looks, and answers the question that this begins. */
    async answered(text: string) {
      const looking = answer.look();
      asked.at(-1)?.resolve(text);
      return looking;
    },
  };
}

describe("an answer that is remembered", () => {
  it("is asked for once, however many look at once or within a second", async () => {
    const { look, asked, answered, pass } = scripted();
    const many = Promise.all(Array.from({ length: 10 }, look));
    asked[0]?.resolve("all is well");
    assert.ok((await many).every(({ value, isAnswered }) => value === "all is well" && isAnswered));
    pass(999);
    await look();
    assert.equal(asked.length, 1);
    pass(1);
    assert.equal((await answered("and still")).value, "and still");
    assert.equal(asked.length, 2);
  });

  it("is not waited for: who looks gets the one before, and is told its age", async () => {
    const { look, asked, answered, pass } = scripted();
    await answered("earlier");
    pass(5_000);
    const found = await look();
    assert.deepEqual(found, { value: "earlier", ageMs: 5_000, isAnswered: true });
    assert.equal(asked.length, 2, "it is asked, and has not answered");
    pass(10_000);
    assert.deepEqual(await look(), { value: "earlier", ageMs: 15_000, isAnswered: false });
    assert.equal(asked.length, 2, "a question that is under way is not asked again");
  });

  it("is down as soon as a question fails, and what it said is told for a minute", async () => {
    const { look, asked, answered, pass } = scripted();
    await answered("earlier");
    pass(2_000);
    const looking = look();
    asked[1]?.reject(new Error("gone"));
    assert.deepEqual(await looking, { value: "earlier", ageMs: 2_000, isAnswered: false });
    pass(58_001);
    const later = look();
    asked[2]?.reject(new Error("gone"));
    assert.equal((await later).value, undefined);
    pass(2_000);
    assert.deepEqual(await answered("back"), { value: "back", ageMs: 0, isAnswered: true });
  });

  it("is asked for less often when it takes long, so that asking takes a tenth of the time at most", async () => {
    const { look, asked, pass } = scripted();
    const looking = look();
    pass(2_000);
    asked[0]?.resolve("slowly");
    await looking;
    pass(17_999);
    await look();
    assert.equal(asked.length, 1);
    pass(1);
    await look();
    assert.equal(asked.length, 2);
  });

  it("before the first answer nothing is known", async () => {
    const { look } = scripted();
    assert.deepEqual(await look(), { value: undefined, ageMs: undefined, isAnswered: false });
  });
});
