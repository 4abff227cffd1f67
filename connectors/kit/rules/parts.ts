/** That no rule passes by having looked at nothing. */
import assert from "node:assert/strict";
import type { Part, Rule, World } from "../subject.ts";
import { withDefaults } from "../testing.ts";

export const PARTS: readonly Rule<World>[] = [
  {
    name: "has something to try for each rule, or says why there is nothing",
    keeps(world) {
      const { lacks } = world.subject;
      if (lacks === undefined) return;
      for (const [part, isThere] of Object.entries(partsOf(world))) {
        const why: string | undefined = lacks[part as Part];
        const todo = `give \`${part}\`, or say in \`lacks\` why there is nothing`;
        assert.ok(isThere || why !== undefined, `the rules about \`${part}\` have nothing to try: ${todo}`);
        assert.ok(
          !isThere || why === undefined,
          `\`${part}\` is there, though \`lacks\` has a reason why not: remove that`,
        );
      }
    },
  },
];

function partsOf({ subject, stage }: World): Readonly<Record<Part, boolean>> {
  const { type, failing, limits = [] } = subject;
  return {
    failing: failing !== undefined,
    limits: limits.length > 0,
    people: stage.people !== undefined,
    strangers: stage.people?.meet !== undefined,
    astray: stage.astray !== undefined,
    batches: type.largestBatch(withDefaults(type, stage.settings)) > 1,
  };
}
