/** What follows an outcome, for one delivery. Pure: the connector's clock and chance are arguments. */
import { type Outcome, type Reason, sentence } from "../../connector.ts";
import { LONGEST_DELAY_MS, type Settlement, type TakenDelivery } from "../../storage/contract/deliveries.ts";
import { backoff, isTooOld, type Moment, type RetryPolicy } from "./retry-policy.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Somebody unknown over there may become known: a sales person adds them, an index catches up. */
const UNMATCHED_DELAYS = [MINUTE, 10 * MINUTE, HOUR] as const;

/** The settlement that follows from one outcome. An outcome that we do not know is tried again. */
export function settlementOf(
  delivery: TakenDelivery,
  outcome: Outcome,
  policy: RetryPolicy,
  moment: Moment,
): Settlement {
  const event = delivery.event.seq;
  switch (outcome.tag) {
    case "delivered":
      return { event, to: "delivered", ...noteAndProof(outcome) };
    case "skipped":
      return { event, to: "skipped", reason: outcome.reason };
    case "rejected":
      return { event, to: "dead", class: "rejected", reason: outcome.reason };
    case "unmatched":
      if (isTooOld(delivery, policy, moment)) return { event, to: "dead", class: "unmatched", reason: outcome.reason };
      return {
        ...waitingAgain(event, outcome.reason, unmatchedDelay(delivery.attempts + 1, moment.random())),
        lane: "slow",
      };
    case "retry": {
      if (isTooOld(delivery, policy, moment)) return { event, to: "dead", class: "expired", reason: outcome.reason };
      const own = backoff(delivery.attempts + 1, policy, moment.random());
      return waitingAgain(event, outcome.reason, Math.max(own, outcome.retryAfterMs ?? 0));
    }
    default:
      return whoeverItIs(settlementOf(delivery, notUnderstood(outcome), policy, moment));
  }
}

function noteAndProof({ note, proof }: Extract<Outcome, { tag: "delivered" }>) {
  return { ...(note !== undefined && { note }), ...(proof !== undefined && { proof }) };
}

/** A tenth of jitter, so that a list of unknown people does not come back as one crowd. Milliseconds. */
function unmatchedDelay(attempts: number, random: number): number {
  const delay = UNMATCHED_DELAYS[attempts - 1] ?? LONGEST_DELAY_MS;
  return Math.round(delay * (0.9 + 0.1 * random));
}

export type Waiting = Extract<Settlement, { to: "waiting" }>;

/** An attempt that did not deliver: it is tried again after `delayMs`. */
export function waitingAgain(event: number, reason: Reason, delayMs: number): Waiting {
  return { event, to: "waiting", reason, delayMs, lane: "normal", attempted: true };
}

/** What says nothing about a person makes nobody known over there who was not. */
export function whoeverItIs<S extends Settlement>(settlement: S): S {
  return settlement.to === "waiting" ? { ...settlement, lane: "same" } : settlement;
}

/** A connector of a user's own may answer anything. */
function notUnderstood(outcome: unknown): Outcome {
  const tag =
    typeof outcome === "object" && outcome !== null && "tag" in outcome ? String(outcome.tag) : typeof outcome;
  return { tag: "retry", reason: sentence("outcome_not_understood", { tag: tag.slice(0, 40) }) };
}
