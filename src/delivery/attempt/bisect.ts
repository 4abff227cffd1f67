/** When a destination refuses a whole batch for what is in it: halve it until the culprit stands alone. */
import { type Delivery, type Outcome, type Reason, rejected, retry, sentence } from "../../connector.ts";
import { type Answer, type Findings, type Unsent, unsent } from "../answer.ts";
import { REFUSING_AFTER } from "../verdict/health.ts";

export type Deliver<D extends Delivery> = (deliveries: readonly D[]) => Promise<Answer>;

const REFUSED_BEFORE = unsent(sentence("refused_before"));

/**
 * Delivers a batch; splits it as long as the answer is `batchRejected`. Never returns `batchRejected`. What an answer settles is
 * settled: nothing accepted is sent twice. Stops after as many rejections as prove that the destination refuses everything, and
 * at the first trouble.
 */
export async function deliverBisecting<D extends Delivery>(batch: readonly D[], deliver: Deliver<D>): Promise<Answer> {
  const whole = await deliver(batch);
  if (whole.tag !== "batchRejected") return whole;
  const found = new Map<string, Outcome | Unsent>(whole.outcomes);
  const parts = partsOf(batch, whole.reason, found);
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (refusesEverything(found)) {
      for (const { id } of part) found.set(id, REFUSED_BEFORE);
      continue;
    }
    const result = await deliver(part);
    for (const [id, finding] of result.outcomes ?? []) found.set(id, asSent(finding));
    if (result.tag === "batchRejected") parts.push(...partsOf(part, result.reason, found));
    else if (result.tag !== "outcomes") return { ...result, outcomes: found };
  }
  return { tag: "outcomes", outcomes: found };
}

/**
 * What of a refused batch is to be sent again, the part that goes next last: so the order within the batch is kept. None where
 * the culprit stood alone, which is rejected.
 */
function partsOf<D extends Delivery>(
  refused: readonly D[],
  reason: Reason,
  found: Map<string, Outcome | Unsent>,
): (readonly D[])[] {
  const open = refused.filter(({ id }) => !found.has(id));
  const [only] = open;
  if (only === undefined) return [];
  if (open.length > 1) {
    const middle = Math.ceil(open.length / 2);
    return [open.slice(middle), open.slice(0, middle)];
  }
  // it was in the company of others: only by itself is it surely the culprit
  if (refused.length > 1) return [open];
  found.set(only.id, rejected(reason));
  return [];
}

/**
 * Who is in a part of a batch was sent with it, and refused. Were that no attempt, a destination so slow that a part never
 * gets its turn would be shown the same batch for ever.
 */
function asSent(finding: Outcome | Unsent): Outcome {
  return finding.tag === "unsent" ? retry(finding.reason) : finding;
}

function refusesEverything(found: Findings): boolean {
  let rejections = 0;
  for (const outcome of found.values()) {
    if (outcome.tag === "delivered") return false;
    if (outcome.tag === "rejected") rejections += 1;
  }
  return rejections >= REFUSING_AFTER;
}
