/**
 * What every connector type must keep, yours included: a suite of tests that runs a type against a stand-in of its destination.
 * config/example-connector/board.test.ts runs it over config/example-connector/board.ts: copy both, and go on from there.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ConnectorType } from "../../src/connector.ts";
import { sampleDeliveries } from "../../src/connector-tools.ts";
import { ASKING, DECLARATION, type Rule, troubleRules, WELL_MEANING, type Where, type World } from "./rules.ts";
import type { Sandbox, SandboxRequest } from "./sandbox.ts";
import { openForTest, withDefaults } from "./testing.ts";

/** A destination's stand-in, and the settings that point a connector at it. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** As a user would write them, less what has a default. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Credentials in these settings: none may show in what the connector says. */
  readonly secrets: readonly string[];
  /** What the destination holds now, comparable: the same before and after means that nothing changed over there. */
  holds(): unknown;
}

export interface Subject {
  readonly type: ConnectorType;
  /** Told apart from other subjects of the same type: `in batches`. */
  readonly variant?: string;
  /** Starts the destination. It must know the users `user-1` to `user-3`. */
  start(): Promise<Stage>;
  /**
   * What a 200 means to this type whose body is foreign or was cut. Unless set, nothing is delivered by it; only a type that
   * documents its status line as the answer may take it for delivered.
   */
  readonly unreadable?: "retry" | "delivered";
  /** Which requests write; the faults then hit those too when everything before them went well. */
  readonly isWrite?: (request: SandboxRequest) => boolean;
  /** Values for the `${VARIABLES}` of the example, where any text will not do. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Declares the suite. Call it in a test file of `node:test`. */
export function connectorSuite(subject: Subject): void {
  const { type, variant } = subject;
  describe(`${type.type}${variant === undefined ? "" : ` ${variant}`}: what every connector keeps`, () => {
    for (const { name, keeps } of DECLARATION) it(name, () => keeps(subject));
    declare(subject, WELL_MEANING);
    for (const where of placesOf(subject)) declare(subject, troubleRules(where));
    declare(subject, ASKING);
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

/** Where trouble is met. */
export function placesOf({ isWrite }: Pick<Subject, "isWrite">): readonly Where[] {
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
