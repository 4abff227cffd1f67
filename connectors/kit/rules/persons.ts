/** Whom it writes about: exactly those, however their ids look, and whether or not the destination knows them yet. */
import assert from "node:assert/strict";
import type { Delivery, Event } from "../../../src/connector.ts";
import { chunksWithin, sampleDelivery } from "../../../src/connector-tools.ts";
import { deliveredIds, forever, outcomesOf, type Result, resultOf, withinPatience } from "../assertions.ts";
import type { Rule, World } from "../subject.ts";
import { withDefaults } from "../testing.ts";
import { assertAllDelivered, assertNothingDelivered, shown } from "../verdicts.ts";

/** Ids as Chat lets apps choose them, of at most 256 bytes, each with another that is not the same person. */
const ODD: readonly (readonly [user: string, other?: string])[] = [
  ["MiXed-Case", "mixed-case"],
  ["007", "7"],
  ["1e3", "1000"],
  ["true"],
  ['o\'hara \\ "quoted" % _ * {{ x }}'],
  ["a/b?c=d&e#f;g+h%20i"],
  ["李雷 😀 é", "李雷 😀 e"],
  ["x".repeat(256), "x".repeat(255)],
  ["😀".repeat(64), "😀".repeat(63)],
  // names that JavaScript's own objects have, and what looks like a value
  ["__proto__"],
  ["constructor", "Constructor"],
  ["null", "NULL"],
  ["[object Object]"],
  // signs that end texts, lines and fields elsewhere
  ["nul\0byte", "nul"],
  ["tab\tand\nline", "tab and line"],
  ["a,b;c|d", "a"],
  ["%00..%2f%27", "\0../'"],
  ["' OR '1'='1", "1"],
  // alike to the eye, and to who folds case or forms
  ["ﬁsh", "fish"],
  ["Ä", "A\u0308"],
  ["ß", "ss"],
  ["İ", "i"],
];

export const PERSONS: readonly Rule<World>[] = [
  {
    name: "keeps every id as it is: upper case, leading zeros, signs of any script, 256 bytes",
    async keeps(world) {
      for (const [user] of ODD) world.stage.people?.meet?.(user);
      await meetOdd(world);
      await avoidOthers(world);
    },
  },
  {
    name: "writes nothing for a person whom the destination does not know, and delivers once it does",
    async keeps(world) {
      const { connector, deliveries, stage } = world;
      const { people } = stage;
      if (people?.meet === undefined) return;
      const stranger = sampleDelivery("nobody-yet");
      const known = deliveries.slice(0, largestOf(world) - 1);
      const result = await withinPatience(resultOf(connector.deliver([stranger, ...known], forever())));
      const what = "a batch with somebody whom the destination does not know";
      assertAllDelivered(result, known, what);
      assertUnknown(result, stranger, what);
      assert.equal(people.about("nobody-yet"), undefined, `${what}: something was written of them`);
      people.meet("nobody-yet");
      const later = await withinPatience(resultOf(connector.deliver([stranger], forever())));
      assertAllDelivered(later, [stranger], "somebody whom the destination has come to know");
      assert.notEqual(people.about("nobody-yet"), undefined, "`people.about` says nothing of who was delivered");
    },
  },
  {
    name: "leaves what happened last when one person comes twice in a batch",
    async keeps(world) {
      if (largestOf(world) < 2) return;
      await meetTwice(world, "user-1", [LEFT, CAME_BACK], false);
      await meetTwice(world, "user-2", [LEFT, CAME_BACK], true);
      await meetTwice(world, "user-3", [CAME, LEFT], false);
      await meetTwice(world, "user-3", [CAME, LEFT], true);
    },
  },
];

async function meetOdd(world: World): Promise<void> {
  const { subject, stage, connector } = world;
  const refuses = subject.refuses ?? (() => false);
  const deliveries = ODD.map(([user]) => sampleDelivery(user));
  for (const chunk of chunksWithin(deliveries, { most: largestOf(world) })) {
    const result = await withinPatience(resultOf(connector.deliver(chunk, forever())));
    for (const { id, event } of chunk) {
      const what = `the user ${JSON.stringify(event.user)}`;
      const expected = refuses(event.user) ? "rejected" : "delivered";
      const outcome = outcomesOf(result)?.get(id)?.tag;
      assert.equal(outcome, expected, `${what} was answered with ${outcome ?? shown(result)}: ${AS_IT_IS}`);
      const isThere = stage.people === undefined || stage.people.about(event.user) !== undefined;
      assert.ok(isThere || expected === "rejected", `${what} is another one over there: ${AS_IT_IS}`);
    }
  }
}

const AS_IT_IS = "hand on the id as it is, escaped for where it stands, and never as a number or in another case";

/** Nobody may be taken for somebody whose id is alike. */
async function avoidOthers({ stage: { people }, connector }: World): Promise<void> {
  if (people === undefined) return;
  for (const [user, other] of ODD) {
    if (other === undefined) continue;
    const mistaken = `${JSON.stringify(other)} was written for ${JSON.stringify(user)}: compare ids exactly`;
    assert.equal(people.about(other), undefined, mistaken);
    if (people.meet === undefined) continue;
    const held: unknown = structuredClone(people.about(user));
    const result = await withinPatience(resultOf(connector.deliver([sampleDelivery(other)], forever())));
    assertNothingDelivered(result, `${JSON.stringify(other)}, where only ${JSON.stringify(user)} is known`);
    assert.deepEqual(people.about(user), held, `${JSON.stringify(user)} was written for ${JSON.stringify(other)}`);
  }
}

type Change = Pick<Event, "kind" | "eventTime">;

const MOMENT = 1_767_225_600_000;
const LEFT: Change = { kind: "unsubscribed", eventTime: MOMENT };
const CAME_BACK: Change = { kind: "subscribed", eventTime: MOMENT + 60_000 };
/** Of two at the same moment leaving is the last: nobody is written to against their wish. */
const CAME: Change = { kind: "subscribed", eventTime: MOMENT };

async function meetTwice(
  { stage, connector }: World,
  user: string,
  [before, after]: readonly [first: Change, last: Change],
  isReversed: boolean,
): Promise<void> {
  const [first, last] = [sampleDelivery(user, before), sampleDelivery(user, after)];
  const batch = isReversed ? [last, first] : [first, last];
  const result = await withinPatience(resultOf(connector.deliver(batch, forever())));
  assertAllDelivered(result, batch, "one person twice in a batch");
  const held = structuredClone(stage.holds());
  assertAllDelivered(await connector.deliver([last], forever()), [last], "what happened last, once more");
  const todo = "put both into one write, in which the newer one wins (`byAge` tells which)";
  assert.deepEqual(stage.holds(), held, `one person twice in a batch: what happened last was not what stayed; ${todo}`);
}

function assertUnknown(result: Result, { id }: Delivery, what: string): void {
  const tag = outcomesOf(result)?.get(id)?.tag;
  const isLeft = tag !== undefined && tag !== "rejected" && !deliveredIds(result).includes(id);
  const todo = "return `unmatched` for them, or `skipped` where the settings say so";
  assert.ok(isLeft, `${what}: for them it answered ${tag ?? "nothing"}; ${todo}`);
}

function largestOf({ subject: { type }, stage }: World): number {
  return type.largestBatch(withDefaults(type, stage.settings));
}
