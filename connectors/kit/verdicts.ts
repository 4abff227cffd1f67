/** Sentences about what a connector answered: what is wrong, and what to do. */
import assert from "node:assert/strict";
import type { Delivery } from "../../src/connector.ts";
import { deliveredIds, idsOf, outcomesOf, type Result, shownSecret } from "./assertions.ts";
import type { Stage } from "./subject.ts";

export function assertAllDelivered(result: Result, deliveries: readonly Delivery[], to: string): void {
  const delivered = new Set(deliveredIds(result));
  const missing = idsOf(deliveries).filter((id) => !delivered.has(id));
  const todo = "see that the stand-in knows user-1 to user-3; `sandbox.requests` has what it was asked";
  const words = `${to}: it answered ${shown(result)}, and not \`delivered\` under the \`id\` of ${missing.join(", ")}; ${todo}`;
  assert.ok(missing.length === 0, words);
}

export function assertNothingDelivered(result: Result, to: string): void {
  const todo = "only an answer that cannot be misread is `delivered`, everything else is tried again";
  assert.deepEqual(deliveredIds(result), [], `${to}: it answered ${shown(result)}; ${todo}`);
}

/** Neither a rejection nor an "unmatched": both can end as dead letters for a trouble that was not theirs. */
export function assertNothingBuried(result: Result, to: string): void {
  const buried = [...(outcomesOf(result)?.values() ?? [])].find(({ tag }) => tag === "rejected" || tag === "unmatched");
  const isBuried = buried !== undefined || result.tag === "batchRejected" || result.tag === "gone";
  const todo =
    "it says nothing about these persons, return a `retry` or `unavailable`; `unmatched` and `rejected` are for the very body that the destination documents for that, never for a status alone";
  assert.ok(!isBuried, `${to}: it answered ${shown(result)}, which can end as dead letters; ${todo}`);
}

export function assertNoSecrets(said: unknown, { secrets }: Stage, who: string): void {
  const todo = "hide it; the bridge hides the settings as they stand in the YAML, not what was made of them";
  assert.ok(shownSecret(said, secrets) === undefined, `${who} shows a credential (or an encoded form of it): ${todo}`);
}

/** A result in short: its tag, and the outcomes' tags. Without a word of the destination's, which could be a secret. */
export function shown(result: Result): string {
  if (result.tag === "threw") return "an exception";
  const tags = [...new Set([...(outcomesOf(result)?.values() ?? [])].map(({ tag }) => tag))];
  return tags.length === 0 ? `\`${result.tag}\`` : `\`${result.tag}\` (${tags.join(", ")})`;
}
