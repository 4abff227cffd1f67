import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Delivery, delivered, outcomes } from "../../src/connector.ts";
import { type Answer, unsent } from "../../src/delivery/answer.ts";
import { deliverBisecting } from "../../src/delivery/attempt/bisect.ts";
import { taken } from "../support/deliveries.ts";

const batch = (count: number) => Array.from({ length: count }, (_, index) => taken(index + 1));
const reason = { words: "bad input" };

/** A destination that refuses each batch holding one of the bad. */
function destination(bad: ReadonlySet<number>, trouble?: (part: readonly Delivery[]) => Answer | undefined) {
  const asked: number[] = [];
  const deliver = async (part: readonly ReturnType<typeof taken>[]): Promise<Answer> => {
    asked.push(part.length);
    const odd = trouble?.(part);
    if (odd !== undefined) return odd;
    if (part.some(({ event }) => bad.has(event.seq))) return { tag: "batchRejected", reason };
    return outcomes(part.map(({ id }) => [id, delivered()] as const));
  };
  return { asked, deliver };
}
const tags = (result: Answer) =>
  [...("outcomes" in result ? (result.outcomes ?? []) : [])].map(([id, { tag }]) => `${id} ${tag}`);

describe("a batch that is refused as a whole", () => {
  it("is halved until the culprits stand alone; all others are delivered", async () => {
    const { asked, deliver } = destination(new Set([7, 64]));
    const result = await deliverBisecting(batch(100), deliver);
    assert.equal(result.tag, "outcomes");
    assert.equal(tags(result).filter((one) => one.endsWith(" delivered")).length, 98);
    assert.deepEqual(
      tags(result).filter((one) => one.endsWith(" rejected")),
      ["event-7:crm rejected", "event-64:crm rejected"],
    );
    assert.ok(asked.length < 32, `${asked.length} requests`);
  });

  it("sends nothing again that the refusal itself says was accepted", async () => {
    const sent: string[] = [];
    const { deliver } = destination(new Set([7]));
    // in requests of four, one after the other, as a destination's limit may ask for
    const result = await deliverBisecting(batch(10), async (part) => {
      const found = new Map();
      for (let start = 0; start < part.length; start += 4) {
        const request = part.slice(start, start + 4);
        sent.push(...request.filter(({ event }) => event.seq !== 7).map(({ id }) => id));
        const answer = await deliver(request);
        for (const [id, outcome] of answer.outcomes ?? []) found.set(id, outcome);
        if (answer.tag !== "outcomes") return { ...answer, outcomes: found };
      }
      return { tag: "outcomes", outcomes: found };
    });
    assert.deepEqual(
      tags(result).filter((one) => !one.endsWith(" delivered")),
      ["event-7:crm rejected"],
    );
    assert.equal(tags(result).length, 10);
    for (const one of [1, 2, 3, 4]) assert.equal(sent.filter((id) => id === `event-${one}:crm`).length, 1, `${one}`);
  });

  it("rejects the last without an outcome only when it was refused by itself", async () => {
    const asked: number[] = [];
    const result = await deliverBisecting(batch(3), async (part) => {
      asked.push(part.length);
      const others = part.length === 3 ? part.slice(0, 2) : [];
      const outcomes = new Map(others.map(({ id }) => [id, delivered()] as const));
      return { tag: "batchRejected", reason, outcomes };
    });
    assert.deepEqual(asked, [3, 1]);
    assert.deepEqual(tags(result), ["event-1:crm delivered", "event-2:crm delivered", "event-3:crm rejected"]);
  });

  it("keeps what is settled when the destination gets into trouble half-way", async () => {
    const { deliver } = destination(new Set([1]), (part) =>
      part.some(({ event }) => event.user === "user-5") && part.length < 5 ? { tag: "unavailable", reason } : undefined,
    );
    const result = await deliverBisecting(batch(8), deliver);
    assert.equal(result.tag, "unavailable");
    assert.deepEqual(tags(result).sort(), [
      "event-1:crm rejected",
      "event-2:crm delivered",
      "event-3:crm delivered",
      "event-4:crm delivered",
    ]);
  });

  it("is not halved for ever when everything is refused; whose turn did not come was not tried", async () => {
    const { asked, deliver } = destination(new Set(batch(100).map(({ event }) => event.seq)));
    const result = await deliverBisecting(batch(100), deliver);
    assert.equal(tags(result).filter((one) => one.endsWith(" rejected")).length, 20);
    assert.equal(tags(result).filter((one) => one.endsWith(" unsent")).length, 80);
    assert.ok(asked.length < 60, `${asked.length} requests`);
  });

  it("was tried as a whole: a destination too slow for its parts would be shown the same batch for ever", async () => {
    const all = (part: readonly Delivery[]) => new Map(part.map(({ id }) => [id, unsent(reason)] as const));
    const ends = (part: readonly Delivery[]): Answer => ({ tag: "unavailable", reason, outcomes: all(part) });
    const late = (part: readonly Delivery[]): Answer => ({ tag: "outcomes", outcomes: all(part) });
    for (const answer of [ends, late]) {
      const { deliver } = destination(new Set([1]), (part) => (part.length < 4 ? answer(part) : undefined));
      const result = await deliverBisecting(batch(4), deliver);
      assert.deepEqual(new Set(tags(result).map((one) => one.split(" ")[1])), new Set(["retry"]));
      const whole = await deliverBisecting(batch(3), deliver);
      assert.deepEqual(new Set(tags(whole).map((one) => one.split(" ")[1])), new Set(["unsent"]));
    }
  });
});
