/** Whose account it is: its limits, its address, and a credential that ends while one is at work. */
import assert from "node:assert/strict";
import { KindGuard, type TObject, type TSchema } from "@sinclair/typebox";
import type { ConnectorType } from "../../../src/connector.ts";
import { openRates } from "../../../src/delivery/tools/rate.ts";
import { forever, type Result, resultOf, withinPatience } from "../assertions.ts";
import { EVERY_TIME, type FaultOptions } from "../faults.ts";
import type { Rule, Where, World } from "../subject.ts";
import { openForTest, testTools, withDefaults } from "../testing.ts";
import { assertAllDelivered, assertNothingBuried, assertNothingDelivered, shown } from "../verdicts.ts";

/** So slow that nobody waits for the next permit within a call. */
const HOURLY = { requests: 1, perMs: 3_600_000 };

export const ACCOUNTS: readonly Rule<World>[] = [
  {
    name: "shares its budgets with another connector of the same account, which says something else",
    async keeps({ subject: { type }, stage, deliveries }) {
      const [one, other] = [stage.settings, otherwise(type, stage.settings)].map((each) => withDefaults(type, each));
      if (one === undefined || other === undefined) return;
      const names = ["default", ...Object.keys(type.budgets)];
      const shared = { rates: openRates(), budgets: Object.fromEntries(names.map((name) => [name, HOURLY])) };
      const tools = testTools({ ...shared, account: type.account(one) });
      for (const name of new Set(names)) await tools.acquire(name);
      const { count } = stage.sandbox;
      const second = type.open(other, testTools({ ...shared, account: type.account(other) }));
      const result = await withinPatience(resultOf(second.deliver(deliveries, forever())));
      await second.close?.();
      const todo = "let `account` return what its limits are counted by, such as the credential, and nothing else";
      const words = `a second connector of the account has a budget of its own (it answered ${shown(result)}): ${todo}`;
      assert.equal(stage.sandbox.count, count, words);
    },
  },
  {
    name: "buries nobody where the account lives elsewhere, and says so when it is asked",
    async keeps({ subject: { type }, stage, deliveries }) {
      if (stage.astray === undefined) return;
      const held = structuredClone(stage.holds());
      const connector = openForTest(type, stage.astray);
      const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
      const findings = await connector.check(forever());
      await connector.close?.();
      assertNothingDelivered(result, "a wrong region");
      assertNothingBuried(result, "a wrong region");
      assert.deepEqual(stage.holds(), held, "a wrong region: something was written there");
      const isSaid = findings.some(({ ok, todo }) => ok === false && (todo ?? "") !== "");
      assert.ok(isSaid, "`check` finds no fault with a wrong region: ask for something that only the right one has");
    },
  },
];

/** How it takes a credential that ends while it is at work, at the requests that `where` names. */
export function endingRules({ words, when }: Where): readonly Rule<World>[] {
  const hits = { ...EVERY_TIME, ...(when && { when }) };
  return [
    {
      name: `asks for a credential that has ended once more at most, and goes on when it is well again${words}`,
      async keeps(world) {
        const { connector, deliveries, stage } = world;
        const usual = await countedOf(world, () => connector.deliver(deliveries, forever()));
        const refused = await countedOf(world, () => refusing(world, hits));
        const words = `a credential that is refused for good was answered with ${shown(refused.result)}`;
        assert.equal(refused.result.tag, "credentialsRefused", words);
        const most = 2 * usual.count + 2;
        const loops = `${words} after ${refused.count} requests, where ${most} are more than enough: renew it once, then give up`;
        assert.ok(refused.count <= most, loops);
        const renewed = await refusing(world, { ...hits, times: 1 });
        if (renewed.tag === "outcomes") assertAllDelivered(renewed, deliveries, "a credential that was renewed");
        else assertNothingDelivered(renewed, "a credential that was refused");
        const after = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
        assertAllDelivered(after, deliveries, "a credential that is well again");
        assert.ok(stage.sandbox.count > 0);
      },
    },
  ];
}

async function countedOf({ stage: { sandbox } }: World, act: () => Promise<Result>) {
  const before = sandbox.count;
  const result = await withinPatience(resultOf(act() as Promise<never>));
  return { result: result as Result, count: sandbox.count - before };
}

async function refusing({ stage: { sandbox }, connector, deliveries }: World, hits: FaultOptions): Promise<Result> {
  sandbox.fail({ status: 401, body: { error: "expired" } }, hits);
  try {
    return await withinPatience(resultOf(connector.deliver(deliveries, forever())));
  } finally {
    sandbox.heal();
  }
}

/** The same account, whose texts say something else. */
function otherwise(type: ConnectorType, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...settings, ...textsOf(type.settings, withDefaults(type, settings)) };
}

function textsOf(schema: TObject, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(schema.properties).flatMap(([name, part]) => {
    const value = settings[name];
    const isBlock = KindGuard.IsObject(part) && typeof value === "object" && value !== null;
    if (isBlock) return [[name, { ...value, ...textsOf(part, value as Record<string, unknown>) }]];
    return isText(part) ? [[name, "{{ user_id }} says"]] : [];
  });
  return Object.fromEntries(entries);
}

/** Of an address not any text will do. */
const isText = (schema: TSchema): boolean => schema.template === true && schema.isAddress !== true;
