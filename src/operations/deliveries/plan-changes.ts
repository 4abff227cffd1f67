/** What has become of a plan's deliveries since it was frozen. */
import type { WhyLeft } from "../../storage/contract/plans.ts";
import type { Questions } from "../../storage/contract/questions.ts";

export interface PlanChanges {
  /** Why, and how many of those that were looked at. */
  readonly counts: ReadonlyMap<WhyLeft, number>;
  readonly looked: number;
  readonly isAll: boolean;
}

/** So many are counted. */
const MOST = 5_000;

/** Of those that are still to be worked off. Changes nothing. */
export async function planChanges(questions: Pick<Questions, "planChanges">, id: string): Promise<PlanChanges> {
  const { entries, looked, next } = await questions.planChanges(id, { limit: MOST });
  const counts = new Map<WhyLeft, number>();
  for (const why of entries) counts.set(why, (counts.get(why) ?? 0) + 1);
  return { counts, looked, isAll: next === null };
}
