/** What was answered, and which of it can be settled together. Pure. */
import type { Outcome } from "../../connector.ts";
import type { Claim, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Answer, Unsent } from "../answer.ts";

/** Deliveries of one claim, and what their destination said. */
export interface AnsweredBatch {
  readonly claim: Claim;
  readonly batch: readonly TakenDelivery[];
  readonly result: Answer;
}

/** A transaction costs about as much as so many deliveries: these wait for no others. */
const ENOUGH = 32;

/**
 * Whether so few have been answered that others should come along: the rest of their claim, or other connectors'.
 * @param areOthers whether there are any of those
 * @param isShared whether each takes the place of one that could be sent meanwhile: then only where nothing more is due
 */
export function isWorthWaiting(queue: readonly AnsweredBatch[], areOthers: boolean, isShared: boolean): boolean {
  const [first] = queue;
  if (first === undefined || (isShared && first.claim.waitMs === 0)) return false;
  const count = queue.reduce((sum, { batch }) => sum + batch.length, 0);
  return count < ENOUGH && (areOthers || count < first.claim.deliveries.length);
}

/** Those that can be settled as if they had been one batch: of one claim, each delivery with an outcome of its own. */
export function alike<T extends AnsweredBatch>(first: T, queue: readonly T[]): readonly T[] {
  if (first.result.tag !== "outcomes") return [first];
  return queue.filter(({ claim, result }) => claim.token === first.claim.token && result.tag === "outcomes");
}

/** One batch of those that are alike. */
export function joinedBatch(group: readonly AnsweredBatch[]): AnsweredBatch {
  const [first] = group;
  if (first === undefined) throw new Error("there is nothing to settle");
  if (group.length === 1) return first;
  const batch: TakenDelivery[] = [];
  const outcomes = new Map<string, Outcome | Unsent>();
  for (const one of group) {
    batch.push(...one.batch);
    for (const [id, finding] of one.result.outcomes ?? []) outcomes.set(id, finding);
  }
  return { claim: first.claim, batch, result: { tag: "outcomes", outcomes } };
}
