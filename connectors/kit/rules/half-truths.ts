/** Answers that look good though not all was done: the destination's own, altered on the way as destinations are known to. */
import assert from "node:assert/strict";
import { isRecord, parseJson, sampleDelivery } from "../../../src/connector-tools.ts";
import { deliveredIds, forever, outcomesOf, type Result, resultOf, withinPatience } from "../assertions.ts";
import type { SandboxAnswer } from "../exchange.ts";
import { type Alter, EVERY_TIME } from "../faults.ts";
import type { Rule, World } from "../subject.ts";
import { assertAllDelivered, assertNothingBuried, shown } from "../verdicts.ts";

export const HALF_TRUTHS: readonly Rule<World>[] = [
  {
    name: "believes no answer that counts fewer than were sent",
    async keeps(world) {
      await meetShort(world, (value, sent) => (value === sent ? sent - 1 : value), "a count of one less than was sent");
    },
  },
  {
    name: "believes no list of results that lacks one",
    async keeps(world) {
      for (const [which, shorten] of WITHOUT_ONE) {
        await meetShort(world, shorten, `a list of results without the ${which} one`);
      }
    },
  },
  {
    name: "believes an error inside of a 2xx, of whom it is about and of nobody else",
    async keeps(world) {
      for (const { event } of world.deliveries) await meetFailing(world, event.user);
    },
  },
  {
    name: "knows whom a result is about, in whichever order they come",
    async keeps(world) {
      for (const { event } of world.deliveries) {
        const { failing, deliveries } = { ...world.subject, ...world };
        if (failing === undefined) return;
        const result = await meet(world, (answer, request) =>
          changed(failing(answer, request, event.user), (value) => turned(value, deliveries.length)),
        );
        assertNotDelivered(world, result, event.user, "results in another order");
        assertOthersKept(world, result, event.user, "results in another order");
      }
    },
  },
];

/** What a destination says of whom it knows, before anything is written. */
export const KNOWN_PERSONS: readonly Rule<World>[] = [
  {
    name: "finds each person in a list of those who are known, in whichever order it comes",
    async keeps(world) {
      const { stage } = world;
      // one of them unlike the others, so that it shows where two were taken for each other
      const deliveries = world.deliveries.map(({ event }, index) =>
        sampleDelivery(event.user, { kind: index === 0 ? "subscribed" : "unsubscribed" }),
      );
      const differing = { ...world, deliveries };
      assertAllDelivered(await meetReading(differing, (value) => value), deliveries, "a list as it is");
      const held = structuredClone(stage.holds());
      const result = await meetReading(differing, turned);
      assertAllDelivered(result, deliveries, "a list of those who are known, in another order");
      const todo = "match what is found by the value that was asked for, never by position";
      assert.deepEqual(
        stage.holds(),
        held,
        `a list of those who are known, in another order: others were written; ${todo}`,
      );
    },
  },
  {
    name: "takes nobody for unknown by a list of those who are known that lacks one",
    async keeps(world) {
      for (const [which, shorten] of WITHOUT_ONE) {
        const what = `a list of those who are known without the ${which} one`;
        assertNothingBuried(await meetReading(world, shorten), what);
      }
    },
  },
  {
    name: "takes nobody for unknown by a list of those who are known in which one cannot be read",
    async keeps(world) {
      for (const { event } of world.deliveries) {
        for (const unread of [null, 7, `${event.user} and more`]) {
          const what = `a list of those who are known with ${JSON.stringify(unread)} for "${event.user}"`;
          const blotted: Change = (value) => (value === event.user ? unread : value);
          const todo = "somebody was found there: where it does not show who, try those again who were not";
          assertNothingBuried(await meetReading(world, blotted), `${what} (${todo})`);
        }
      }
    },
  },
];

const isWhole = (value: unknown, sent: number): value is unknown[] => Array.isArray(value) && value.length === sent;

/** A list that has one for each that was sent, without one of them, or in another order; whatever else stays as it is. */
const WITHOUT_ONE: readonly (readonly [which: string, shorten: Change])[] = [
  ["first", (value, sent) => (isWhole(value, sent) ? value.slice(1) : value)],
  ["last", (value, sent) => (isWhole(value, sent) ? value.slice(0, -1) : value)],
];
const turned: Change = (value, sent) => (isWhole(value, sent) ? [...value].reverse() : value);

/** Delivers while the answers to what does not write are altered so. */
async function meetReading(world: World, alter: Change): Promise<Result> {
  const { isWrite } = world.subject;
  const { sandbox } = world.stage;
  if (isWrite === undefined)
    return await withinPatience(resultOf(world.connector.deliver(world.deliveries, forever())));
  const altered = (answer: SandboxAnswer) => changed(answer, (value) => alter(value, world.deliveries.length));
  sandbox.fail(altered, { ...EVERY_TIME, when: (request) => !isWrite(request) });
  try {
    return await withinPatience(resultOf(world.connector.deliver(world.deliveries, forever())));
  } finally {
    sandbox.heal();
  }
}

/** Somebody must be tried again, and nobody may be buried for it. An answer that has no such part says nothing. */
async function meetShort(world: World, alter: Change, what: string): Promise<void> {
  const sent = world.deliveries.length;
  // by its status line alone nobody learns of a count
  if (sent < 2 || world.subject.unreadable === "delivered") return;
  let isAltered = false;
  const result = await meet(world, (answer) =>
    changed(answer, (value) => {
      const altered = alter(value, sent);
      isAltered ||= altered !== value;
      return altered;
    }),
  );
  if (!isAltered) return;
  const todo = "compare it with what was sent: who is not named, or where the number falls short, is tried again";
  assert.ok(deliveredIds(result).length < sent, `${what}: it answered ${shown(result)}; ${todo}`);
  assertNothingBuried(result, what);
}

async function meetFailing(world: World, user: string): Promise<void> {
  const { failing } = world.subject;
  if (failing === undefined) return;
  const result = await meet(world, (answer, request) => failing(answer, request, user));
  assertNotDelivered(world, result, user, "an error inside of a 2xx");
  const others = world.deliveries.filter(({ event }) => event.user !== user);
  const delivered = new Set(deliveredIds(result));
  const todo = "match errors to deliveries by what the destination names them by; the others are done";
  assert.ok(
    others.every(({ id }) => delivered.has(id)),
    `an error inside of a 2xx about ${user}: the others were answered with ${shown(result)}; ${todo}`,
  );
}

function assertNotDelivered({ deliveries }: World, result: Result, user: string, what: string): void {
  const about = deliveries.find(({ event }) => event.user === user);
  const isDelivered = about !== undefined && deliveredIds(result).includes(about.id);
  const todo = "look at the errors inside of the answer, and match them by id or index";
  assert.ok(!isDelivered, `${what}: ${user}, whom the destination refused, was \`delivered\`; ${todo}`);
}

function assertOthersKept({ deliveries }: World, result: Result, user: string, what: string): void {
  const others = deliveries.filter(({ event }) => event.user !== user);
  const buried = others.find(({ id }) => outcomesOf(result)?.get(id)?.tag === "rejected");
  const todo = "where it is not certain whom a result is about, try all of them again";
  assert.ok(buried === undefined, `${what}: ${buried?.event.user} was \`rejected\` for ${user}; ${todo}`);
}

/** Delivers while the answers to what writes are altered so. */
async function meet({ stage: { sandbox }, connector, deliveries, subject }: World, alter: Alter): Promise<Result> {
  const { isWrite: when } = subject;
  sandbox.fail(alter, { ...EVERY_TIME, ...(when && { when }) });
  try {
    return await withinPatience(resultOf(connector.deliver(deliveries, forever())));
  } finally {
    sandbox.heal();
  }
}

type Change = (value: unknown, sent: number) => unknown;

/** Each value in an answer that is JSON, however deep. */
function changed(answer: SandboxAnswer, change: (value: unknown) => unknown): SandboxAnswer {
  const { body } = answer;
  const json = typeof body === "string" ? parseJson(body) : body;
  return json === undefined ? answer : { ...answer, body: walked(json, change) };
}

function walked(value: unknown, change: (value: unknown) => unknown): unknown {
  const altered = change(value);
  if (Array.isArray(altered)) return altered.map((item) => walked(item, change));
  if (!isRecord(altered)) return altered;
  return Object.fromEntries(Object.entries(altered).map(([name, item]) => [name, walked(item, change)]));
}
