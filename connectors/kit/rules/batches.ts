/** What it does with as many deliveries as it may get, and with one among them that nothing can be sent for. */
import assert from "node:assert/strict";
import { KindGuard, OptionalKind, type TObject, type TSchema } from "@sinclair/typebox";
import { asRecord, sampleDeliveries } from "../../../src/connector-tools.ts";
import { deliveredIds, forever, idsOf, outcomesOf, type Result, resultOf, withinPatience } from "../assertions.ts";
import type { Rule, World } from "../subject.ts";
import { openForTest, withDefaults } from "../testing.ts";
import { assertAllDelivered, shown } from "../verdicts.ts";

/** As many as the bridge hands on at once where a type takes more. */
const MOST = 400;

export const BATCHES: readonly Rule<World>[] = [
  {
    name: "answers for each delivery of its largest batch, and says of nobody else's what it says of one",
    async keeps({ subject: { type }, stage, connector, deliveries: known }) {
      const largest = type.largestBatch(withDefaults(type, stage.settings));
      const deliveries = sampleDeliveries(Math.min(MOST, largest));
      const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
      const what = `a batch of ${deliveries.length}`;
      assert.equal(result.tag, "outcomes", `${what} was answered with ${shown(result)}: return \`outcomes\``);
      assertAllDelivered(result, known, what);
      assertAnswered(result, idsOf(deliveries), what);
      const todo = "each outcome is about the delivery under whose `id` it stands: answer by id, never by position";
      const rejected = [...(outcomesOf(result)?.values() ?? [])].find(({ tag }) => tag === "rejected");
      assert.ok(rejected === undefined, `${what} was answered with ${shown(result)}: ${todo}`);
    },
  },
  {
    name: "sends nothing for whom a text that must be filled comes out empty, and delivers the others",
    async keeps(world) {
      for (const path of filledIn(world.subject.type.settings, world.stage.settings)) {
        for (const nothing of ["", "  "]) await meetBlank(world, path, nothing);
      }
    },
  },
];

/** @param nothing what the text is for the first delivery */
async function meetBlank({ subject: { type }, stage, deliveries }: World, path: Path, nothing: string): Promise<void> {
  const [first, ...others] = deliveries;
  if (first === undefined) return;
  const template = `{% if user_id == "${first.event.user}" %}${nothing}{% else %}{{ user_id }}{% endif %}`;
  const connector = openForTest(type, changed(stage.settings, path, template));
  const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
  await connector.close?.();
  const what = `\`${path.join(".")}\` that comes out as ${JSON.stringify(nothing)}`;
  const todo = "compose each delivery with `composeEach`, and return `{ refused }` where it comes out blank";
  const outcome = outcomesOf(result)?.get(first.id);
  assert.ok(outcome?.tag === "rejected", `${what} was answered with ${shown(result)}: ${todo}`);
  assertAllDelivered(result, others, `the others beside ${what}`);
}

function assertAnswered(result: Result, ids: readonly string[], what: string): void {
  const outcomes = outcomesOf(result) ?? new Map<string, unknown>();
  const missing = ids.filter((id) => !outcomes.has(id));
  const todo = `it answered for ${ids.length - missing.length}, ${deliveredIds(result).length} of them delivered`;
  assert.ok(
    missing.length === 0,
    `${what} has ${missing.length} without an outcome: ${todo}; take all in, or fewer by \`largestBatch\``,
  );
}

type Path = readonly string[];

/** Settings whose texts must not come out empty: templates that are `filled`, also in blocks, but for those that nobody has set. */
function filledIn(schema: TSchema, written: unknown, path: Path = []): Path[] {
  if (schema.filled === true) return [path];
  const isLeftOut = written === undefined && schema[OptionalKind] === "Optional";
  if (isLeftOut || !KindGuard.IsObject(schema)) return [];
  return Object.entries((schema as TObject).properties).flatMap(([name, part]) =>
    filledIn(part, asRecord(written)[name], [...path, name]),
  );
}

function changed(
  settings: Readonly<Record<string, unknown>>,
  [name = "", ...rest]: Path,
  value: string,
): Record<string, unknown> {
  const part = settings[name];
  const block = typeof part === "object" && part !== null ? (part as Record<string, unknown>) : {};
  return { ...settings, [name]: rest.length === 0 ? value : changed(block, rest, value) };
}
