/** An answer that many scrapers want: asked for in the background, told at once, with its age. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type RememberedLimits, remembered } from "../../src/metrics/remembered.ts";

const LIMITS: RememberedLimits = {
  ...{ everyMs: 1_000, patienceMs: 20, silenceMs: 10_000, oldestMs: 60_000, idleMs: 120_000 },
};

/** A store under the test's hands, and its clock. */
function scripted() {
  const asked: ReturnType<typeof Promise.withResolvers<string>>[] = [];
  const resting = new Set<{ readonly at: number; readonly act: () => void }>();
  let now = 0;
  const ask = () => {
    const question = Promise.withResolvers<string>();
    asked.push(question);
    return question.promise;
  };
  const clock = {
    now: () => now,
    after(ms: number, act: () => void) {
      const one = { at: now + ms, act };
      resting.add(one);
      return () => void resting.delete(one);
    },
  };
  const answer = remembered(ask, LIMITS, clock);
  return {
    look: answer.look,
    stop: answer.stop,
    asked,
    pass(ms: number) {
      now += ms;
      for (const one of [...resting]) {
        if (one.at > now) continue;
        resting.delete(one);
        one.act();
      }
    },
    /** Answers the question that is under way. */
    async say(text: string | Error) {
      const question = asked.at(-1);
      if (text instanceof Error) question?.reject(text);
      else question?.resolve(text);
      await nextTurn();
    },
    /** Looks for the first time, and answers the question that this begins. */
    async begun(text: string) {
      const looking = answer.look();
      asked.at(-1)?.resolve(text);
      return looking;
    },
  };
}

describe("an answer that is remembered", () => {
  it("is asked for once, however many look at once or within its time", async () => {
    const { look, asked, pass } = scripted();
    const many = Promise.all(Array.from({ length: 10 }, look));
    asked[0]?.resolve("all is well");
    assert.ok((await many).every(({ value, isAnswered }) => value === "all is well" && isAnswered));
    pass(999);
    for (let one = 0; one < 10; one += 1) await look();
    assert.equal(asked.length, 1);
  });

  it("is asked for in the background while somebody looks now and then, and told with its age", async () => {
    const { look, asked, begun, pass, say } = scripted();
    await begun("first");
    for (let turn = 1; turn <= 3; turn += 1) {
      pass(1_000);
      assert.equal(asked.length, 1 + turn, "nobody has looked, and it is asked all the same");
      await say(`turn ${turn}`);
    }
    pass(400);
    assert.deepEqual(await look(), { value: "turn 3", ageMs: 400, isAnswered: true });
  });

  it("is not waited for: who looks gets the one before, and is told its age", async () => {
    const { look, asked, begun, pass } = scripted();
    await begun("earlier");
    pass(5_000);
    assert.equal(asked.length, 2, "it is asked, and has not answered");
    assert.deepEqual(await look(), { value: "earlier", ageMs: 5_000, isAnswered: true });
    pass(10_000);
    assert.deepEqual(await look(), { value: "earlier", ageMs: 15_000, isAnswered: false });
    assert.equal(asked.length, 2, "a question that is under way is not asked again");
  });

  it("is down as soon as a question fails, and what it said is told for a minute", async () => {
    const { look, begun, pass, say } = scripted();
    await begun("earlier");
    pass(1_000);
    await say(new Error("gone"));
    assert.deepEqual(await look(), { value: "earlier", ageMs: 1_000, isAnswered: false });
    pass(59_001);
    await say(new Error("gone"));
    assert.equal((await look()).value, undefined);
    pass(1_000);
    await say("back");
    assert.deepEqual(await look(), { value: "back", ageMs: 0, isAnswered: true });
  });

  it("is asked for less often when it takes long, so that asking takes a twentieth of the time at most", async () => {
    const { look, asked, pass, say } = scripted();
    const looking = look();
    pass(1_000);
    await say("slowly");
    await looking;
    pass(18_999);
    assert.equal(asked.length, 1);
    pass(1);
    assert.equal(asked.length, 2);
  });

  it("is asked for no more once nobody has looked for two minutes, and again for the next who looks", async () => {
    const { look, asked, begun, pass, say } = scripted();
    await begun("first");
    pass(119_999);
    await say("for the last time");
    pass(1_000);
    assert.equal(asked.length, 2);
    pass(3_600_000);
    assert.equal(asked.length, 2);
    const looking = look();
    assert.equal(asked.length, 3);
    await say("anew");
    assert.deepEqual(await looking, { value: "anew", ageMs: 0, isAnswered: true }, "what is an hour old is not told");
  });

  it("is asked for no more once it is stopped", async () => {
    const { look, stop, asked, begun, pass } = scripted();
    await begun("first");
    stop();
    pass(1_000);
    assert.equal((await look()).value, "first");
    assert.equal(asked.length, 1);
  });

  it("before the first answer nothing is known", async () => {
    const { look } = scripted();
    assert.deepEqual(await look(), { value: undefined, ageMs: undefined, isAnswered: false });
  });
});
