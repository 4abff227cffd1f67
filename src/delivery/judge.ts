/** What follows a batch: a settlement for each of its deliveries, and the connector's next state. Pure. */
import type { Outcome, Reason } from "../connector.ts";
import type { ConnectorRow, HeldRejection, Settlement, StateChange, TakenDelivery } from "../storage/contract.ts";
import type { Answer, Findings, Unsent } from "./answer.ts";
import { nextState, REFUSING_AFTER, speaks, type Trouble } from "./health.ts";
import { refusedAfter, settleRefused } from "./refused.ts";
import { type Moment, type RetryPolicy, settlementOf } from "./settle.ts";

/** How long a rejection waits for another delivery to prove that the destination takes others, in milliseconds. */
export const HOLD_MS = 10 * 60_000;

export interface Batch {
  readonly connector: ConnectorRow;
  readonly deliveries: readonly TakenDelivery[];
  /** True when this batch was the probe of a connector that is not ready. */
  readonly probe: boolean;
}

export interface Verdict {
  readonly settlements: readonly Settlement[];
  /** Held rejections of earlier batches that this one decides. */
  readonly decided: readonly Settlement[];
  readonly change?: StateChange;
}

export function judge(batch: Batch, result: Answer, policy: RetryPolicy, moment: Moment): Verdict {
  const answer = understand(batch, result);
  const rejections = weighRejections(batch, answer.findings);
  const credentialsRefused = answer.trouble?.tag === "credentialsRefused";
  const settlements = batch.deliveries.map((delivery): Settlement => {
    const outcome = answer.findings.get(delivery.id) ?? SILENCE;
    if (outcome.tag === "unsent") return asWaiting({ event: delivery.event.seq, reason: outcome.reason });
    if (rejections.spared.has(delivery.event.seq)) return spare(delivery, outcome, rejections.refusing);
    if (outcome.tag === "retry" && credentialsRefused) return settleRefused(batch, delivery, outcome, policy, moment);
    // whoever is told that a destination is gone decides what becomes of these
    if (outcome.tag === "retry" && answer.trouble?.tag === "gone") return spare(delivery, outcome, true);
    return settlementOf(delivery, outcome, policy, moment);
  });
  const refused = refusedAfter(batch, answer.findings, credentialsRefused);
  const next = provesNothing(answer)
    ? undefined
    : nextState({ ...batch, trouble: answer.trouble, ...rejections, refused }, policy, moment.random);
  return {
    settlements,
    decided: rejections.decided,
    ...(next !== undefined && { change: { from: batch.connector.version, ...next } }),
  };
}

interface Understood {
  /** One for each delivery of the batch. */
  readonly findings: Findings;
  /** Set when the destination as a whole is in trouble. */
  readonly trouble?: Trouble;
}

const SILENCE = {
  tag: "retry",
  reason: { words: "the connector gave no answer for this delivery" },
} as const satisfies Outcome;

/** Reads a result so that whatever is missing or not understood is tried again. */
function understand(batch: Batch, result: Answer): Understood {
  const given: Findings = "outcomes" in result && result.outcomes instanceof Map ? result.outcomes : new Map();
  const trouble = troubleOf(result);
  const missing: Outcome = trouble === undefined ? SILENCE : { tag: "retry", reason: trouble.reason };
  const findings = new Map(batch.deliveries.map(({ id }) => [id, given.get(id) ?? missing]));
  return trouble === undefined ? { findings } : { findings, trouble };
}

/** A batch of which nothing was sent, and not for trouble over there: were that an answer, it would end a pause. */
function provesNothing({ findings, trouble }: Understood): boolean {
  return trouble === undefined && [...findings.values()].every(({ tag }) => tag === "unsent");
}

function troubleOf(result: Answer): Trouble | undefined {
  switch (result.tag) {
    case "outcomes":
      return undefined;
    case "unavailable":
    case "credentialsRefused":
    case "gone":
      return result;
    case "batchRejected":
      return { tag: "unavailable", reason: result.reason };
    default:
      return { tag: "unavailable", reason: { words: "the connector gave an answer that nobody understands" } };
  }
}

interface Rejections {
  /** True when a delivery of this batch was delivered: the destination takes some. */
  readonly succeeded: boolean;
  /** Rejected deliveries of this batch that keep waiting: nobody knows yet whose fault it is. */
  readonly spared: ReadonlySet<number>;
  /** The rejections in a row, this batch's included. */
  readonly held: readonly HeldRejection[];
  /** True when there are so many that the destination refuses everything. */
  readonly refusing: boolean;
  readonly decided: readonly Settlement[];
}

/**
 * Who is at fault for a rejection: the delivery, or the destination that refuses everything? A success shows that it takes
 * others: those held are dead. Twenty in a row without one show the opposite: all of them wait. Until then each is held.
 */
function weighRejections(batch: Batch, findings: Findings): Rejections {
  const { state } = batch.connector;
  const rejected = batch.deliveries.filter(({ id }) => findings.get(id)?.tag === "rejected");
  const succeeded = batch.deliveries.some(({ id }) => findings.get(id)?.tag === "delivered");
  if (succeeded) {
    const decided = speaks(batch) ? heldElsewhere(batch).map(asDead) : [];
    return { succeeded, spared: new Set(), held: [], refusing: false, decided };
  }
  const heldBefore = new Set(state.held.map((one) => one.event));
  // held, tried again, refused again, and nothing else came by to tell: it is the delivery
  const again = new Set(rejected.map(({ event }) => event.seq).filter((seq) => heldBefore.has(seq)));
  const fresh = rejected.filter(({ event }) => !again.has(event.seq));
  const held = [
    ...state.held.filter((one) => !again.has(one.event)),
    ...fresh.map(({ id, event }) => ({ event: event.seq, reason: reasonOf(findings.get(id)) })),
  ];
  const refusing = state.cause === "refusing" || held.length + again.size >= REFUSING_AFTER;
  const spared = new Set((refusing ? rejected : fresh).map(({ event }) => event.seq));
  if (!refusing) return { succeeded, spared, held, refusing, decided: [] };
  return { succeeded, spared, held: [], refusing, decided: heldElsewhere(batch).map(asWaiting) };
}

function heldElsewhere(batch: Batch): readonly HeldRejection[] {
  const here = new Set(batch.deliveries.map(({ event }) => event.seq));
  return batch.connector.state.held.filter((one) => !here.has(one.event));
}

function asDead({ event, reason }: HeldRejection): Settlement {
  return { event, to: "dead", class: "rejected", reason };
}

function asWaiting({ event, reason }: HeldRejection): Settlement {
  return { event, to: "waiting", reason, delayMs: 0, lane: "normal", attempted: false };
}

function spare(delivery: TakenDelivery, outcome: Outcome, atOnce: boolean): Settlement {
  const delayMs = atOnce ? 0 : HOLD_MS;
  const reason = reasonOf(outcome);
  return { event: delivery.event.seq, to: "waiting", reason, delayMs, lane: "normal", attempted: true };
}

function reasonOf(outcome: Outcome | Unsent | undefined): Reason {
  return outcome !== undefined && "reason" in outcome ? outcome.reason : SILENCE.reason;
}
