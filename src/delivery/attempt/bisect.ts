/** When a destination refuses a whole batch for what is in it: halve it until the culprit stands alone. */
import { type Delivery, type Outcome, type Reason, rejected, retry } from "../../connector.ts";
import { type Answer, type Findings, type Unsent, unsent } from "../answer.ts";
import { REFUSING_AFTER } from "../verdict/health.ts";

export type Deliver<D extends Delivery> = (deliveries: readonly D[]) => Promise<Answer>;

const REFUSED_BEFORE = unsent({ words: "not tried: the destination refused all of its batch before it" });

/**
 * Delivers a batch; splits it as long as the answer is `batchRejected`. Never returns `batchRejected`.
 * Stops after as many rejections as prove that the destination refuses everything, and at the first trouble.
 */
export async function deliverBisecting<D extends Delivery>(batch: readonly D[], deliver: Deliver<D>): Promise<Answer> {
  const whole = await deliver(batch);
  if (whole.tag !== "batchRejected") return whole;
  const found = new Map<string, Outcome | Unsent>();
  const parts: (readonly D[])[] = [];
  const split = (part: readonly D[], reason: Reason) => {
    const [only] = part;
    const middle = Math.ceil(part.length / 2);
    if (part.length === 1 && only !== undefined) found.set(only.id, rejected(reason));
    // last in, first out: the first half goes next, so the order within the batch is kept
    else parts.push(part.slice(middle), part.slice(0, middle));
  };
  split(batch, whole.reason);
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (refusesEverything(found)) {
      for (const { id } of part) found.set(id, REFUSED_BEFORE);
      continue;
    }
    const result = await deliver(part);
    if (result.tag === "batchRejected") {
      split(part, result.reason);
      continue;
    }
    for (const [id, finding] of result.outcomes ?? []) found.set(id, asSent(finding));
    if (result.tag !== "outcomes") return { ...result, outcomes: found };
  }
  return { tag: "outcomes", outcomes: found };
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
