/** What it does for a destination that is well. */
import assert from "node:assert/strict";
import { forever, idsOf, outcomesOf, resultOf, withinPatience } from "../assertions.ts";
import type { Rule, World } from "../subject.ts";
import { testTools, withDefaults } from "../testing.ts";
import { assertAllDelivered, shown } from "../verdicts.ts";

/** So slow that nobody waits for the next permit within a call. */
const HOURLY = { requests: 1, perMs: 3_600_000 };

export const WELL_MEANING: readonly Rule<World>[] = [
  {
    name: "delivers, and answers by id for what it was given and nothing else",
    async keeps({ connector, deliveries }) {
      const result = await connector.deliver(deliveries, forever());
      assert.equal(
        result.tag,
        "outcomes",
        `a destination that is well was answered with ${shown(result)}: return \`outcomes\``,
      );
      assertAllDelivered(result, deliveries, "a destination that is well");
      const answered = [...(outcomesOf(result)?.keys() ?? [])].sort();
      const todo = "one outcome for each delivery that was given, under its `id`";
      assert.deepEqual(
        answered,
        idsOf(deliveries).sort(),
        `outcomes were given for ${answered.join(", ") || "nobody"}: return ${todo}`,
      );
    },
  },
  {
    name: "changes nothing more when the same deliveries come again",
    async keeps({ connector, deliveries, stage }) {
      await connector.deliver(deliveries, forever());
      const held = structuredClone(stage.holds());
      assertAllDelivered(
        await connector.deliver([...deliveries].reverse(), forever()),
        deliveries,
        "what came a second time",
      );
      const todo =
        "hand on the delivery's `id` as the key by which the destination recognises it (and let the stand-in do so)";
      assert.deepEqual(stage.holds(), held, `the same deliveries changed the destination again: ${todo}`);
    },
  },
  {
    name: "sends nothing when its rate lets nothing go, and says that this was no attempt",
    async keeps({ subject: { type }, deliveries, stage }) {
      const names = ["default", ...Object.keys(type.budgets)];
      const tools = testTools({ budgets: Object.fromEntries(names.map((name) => [name, HOURLY])) });
      for (const name of new Set(names)) await tools.acquire(name);
      const { count } = stage.sandbox;
      const connector = type.open(withDefaults(type, stage.settings), tools);
      const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
      await connector.close?.();
      assert.equal(
        stage.sandbox.count,
        count,
        "a request was sent without a permit: use `tools.fetch`, or `tools.acquire` before it",
      );
      const isUnsent = result.tag === "unavailable" && result.unsent && result.retryAfterMs;
      const todo = "let what `tools.fetch` throws pass, or return `unavailableBy(error)`";
      assert.ok(
        isUnsent || (result.tag === "threw" && /^TooSoon/.test(result.error)),
        `the rate let nothing go, and it answered ${shown(result)}: ${todo}`,
      );
    },
  },
  {
    name: "stays quiet once it is closed, and can be closed twice",
    async keeps({ connector, stage }) {
      await connector.close?.();
      const { count } = stage.sandbox;
      await connector.close?.();
      assert.equal(
        stage.sandbox.count,
        count,
        "closing a second time sent a request: `close` only lets go of what is open",
      );
    },
  },
];
