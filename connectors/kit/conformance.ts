/**
 * What every connector type must keep, yours included: a suite of tests that runs a type against a stand-in of its destination.
 * config/example-connector/board.test.ts runs it over config/example-connector/board.ts: copy both, and go on from there.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDeliveries } from "../../src/connector-tools.ts";
import { ACCOUNTS, endingRules } from "./rules/accounts.ts";
import { ASKING } from "./rules/asking.ts";
import { BATCHES } from "./rules/batches.ts";
import { CREDENTIALS } from "./rules/credentials.ts";
import { DECLARATION } from "./rules/declaration.ts";
import { FOLLOWING } from "./rules/following.ts";
import { HALF_TRUTHS, KNOWN_PERSONS } from "./rules/half-truths.ts";
import { PARTS } from "./rules/parts.ts";
import { PERSONS } from "./rules/persons.ts";
import { troubleRules } from "./rules/trouble.ts";
import { WELL_MEANING } from "./rules/well-meaning.ts";
import type { People, Rule, Stage, Subject, Where, World } from "./subject.ts";
import { openForTest, withDefaults } from "./testing.ts";

export type { People, Stage, Subject };

/** Declares the suite. Call it in a test file of `node:test`. */
export function connectorSuite(subject: Subject): void {
  const { type, variant } = subject;
  describe(`${type.type}${variant === undefined ? "" : ` ${variant}`}: what every connector keeps`, () => {
    for (const { name, keeps } of DECLARATION) it(name, () => keeps(subject));
    for (const rules of ruleGroups(subject)) declare(subject, rules);
  });
}

/** One destination and one connector for the rules of a group. */
function declare(subject: Subject, rules: readonly Rule<World>[]): void {
  let world: World | undefined;
  before(async () => {
    world = await openWorld(subject);
  });
  after(() => world && closeWorld(world));
  for (const { name, keeps } of rules) {
    it(name, () => {
      assert.ok(world);
      return keeps(world);
    });
  }
}

/** All rules of what it does; those of a group share one destination and one connector. */
export function ruleGroups(subject: Pick<Subject, "isWrite">): readonly (readonly Rule<World>[])[] {
  const places = placesOf(subject).map((where) => [...troubleRules(where), ...endingRules(where)]);
  const together = [...BATCHES, ...CREDENTIALS];
  return [
    [...PARTS, ...WELL_MEANING],
    together,
    PERSONS,
    [...HALF_TRUTHS, ...KNOWN_PERSONS],
    ACCOUNTS,
    ...places,
    [...ASKING, ...FOLLOWING],
  ];
}

/** Where trouble is met. */
function placesOf({ isWrite }: Pick<Subject, "isWrite">): readonly Where[] {
  if (isWrite === undefined) return [{ words: "" }];
  return [{ words: " at its first request" }, { words: " at the request that writes", when: isWrite }];
}

export async function openWorld(subject: Subject): Promise<World> {
  const stage = await subject.start();
  const count = Math.min(3, subject.type.largestBatch(withDefaults(subject.type, stage.settings)));
  const connector = openForTest(subject.type, stage.settings);
  return { subject, stage, connector, deliveries: sampleDeliveries(count) };
}

export async function closeWorld({ connector, stage }: World): Promise<void> {
  await connector.close?.();
  await stage.sandbox.close();
}
