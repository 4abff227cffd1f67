/** What follows a batch: a settlement for each of its deliveries, and the connector's next state. Pure. */
import { type Outcome, sentence } from "../../connector.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";
import { type Answer, type Findings, SILENCE, type Unsent } from "../answer.ts";
import type { Batch, Verdict } from "./batch.ts";
import { refusedAfter, settlementOfRefused } from "./credentials.ts";
import { type DestinationTrouble, nextState } from "./health.ts";
import { patienceIn } from "./outage.ts";
import { weighPutOffs } from "./put-off.ts";
import { weighRejections } from "./rejections.ts";
import type { Moment, RetryPolicy } from "./retry-policy.ts";
import { settlementOf, waitingAgain, whoeverItIs } from "./settlement.ts";

export function judge(batch: Batch, result: Answer, policy: RetryPolicy, moment: Moment): Verdict {
  const answer = understand(batch, result);
  const { findings, silent, trouble } = answer;
  const { connector, deliveries, fingerprint, probe } = batch;
  const inTrouble = trouble !== undefined;
  const { fates, held, buried, decided, ...rejections } = weighRejections(batch, findings, inTrouble, {
    policy,
    moment,
  });
  const { putOff, ...putOffs } = weighPutOffs(batch, findings, inTrouble);
  const refusing = rejections.refusing ?? putOffs.refusing;

  function settlementFor(delivery: TakenDelivery): Settlement {
    const outcome = findings.get(delivery.id) ?? SILENCE;
    const event = delivery.event.seq;
    if (outcome.tag === "unsent") return whoeverItIs({ ...waitingAgain(event, outcome.reason, 0), attempted: false });
    const fate = fates.get(event);
    if (fate !== undefined) return fate;
    if (outcome.tag !== "retry") return settlementOf(delivery, outcome, policy, moment);
    if (trouble?.tag === "credentialsRefused") return settlementOfRefused(batch, delivery, outcome, policy, moment);
    // whoever is told that a destination is gone, or takes nothing, decides what becomes of these
    if (trouble?.tag === "gone" || refusing !== undefined) {
      return whoeverItIs(waitingAgain(event, outcome.reason, outcome.retryAfterMs ?? 0));
    }
    if (!silent.has(delivery.id)) return settlementOf(delivery, outcome, policy, moment);
    // what kept a probe from its destination is no fault of those in it: when that is over, they are not the last to go
    const patience = probe && inTrouble ? patienceIn(connector.state, policy, moment.outageMs) : policy;
    return whoeverItIs(settlementOf(delivery, outcome, patience, moment));
  }

  const refused = refusedAfter(batch, findings, trouble?.tag === "credentialsRefused");
  const next = provesNothing(answer, probe)
    ? undefined
    : nextState({ ...batch, trouble, held, buried, putOff, refused, refusing }, policy, moment);
  const isNews = connector.takenWith !== fingerprint && [...findings.values()].some(({ tag }) => tag === "delivered");
  return {
    settlements: deliveries.map(settlementFor),
    decided,
    ...(next !== undefined && { change: { from: connector.version, ...next } }),
    ...(isNews && { takenWith: fingerprint }),
    ...differingIn(findings),
  };
}

function differingIn(findings: Findings): Pick<Verdict, "differing"> {
  const notes = [...findings.values()].flatMap((one) =>
    one.tag === "delivered" && one.differs ? (one.note ?? "") : [],
  );
  const [note] = notes.slice(-1);
  return note === undefined ? {} : { differing: { count: notes.length, note } };
}

interface Understood {
  /** One for each delivery of the batch. */
  readonly findings: Findings;
  /** Ids of those of which nothing was said. */
  readonly silent: ReadonlySet<string>;
  /** Set when the destination as a whole is in trouble. */
  readonly trouble?: DestinationTrouble;
}

/** Reads a result so that whatever is missing or not understood is tried again. */
function understand(batch: Batch, result: Answer): Understood {
  const given: Findings = "outcomes" in result && result.outcomes instanceof Map ? result.outcomes : new Map();
  const trouble = troubleOf(result);
  const missing: Outcome = trouble === undefined ? SILENCE : { tag: "retry", reason: trouble.reason };
  const findings = new Map<string, Outcome | Unsent>();
  const silent = new Set<string>();
  for (const { id } of batch.deliveries) {
    const finding = given.get(id);
    findings.set(id, finding ?? missing);
    if (finding === undefined) silent.add(id);
  }
  return trouble === undefined ? { findings, silent } : { findings, silent, trouble };
}

/** A batch of which nothing was sent, and not for trouble over there: were that an answer, it would end a pause. */
function provesNothing({ findings, trouble }: Understood, probe: boolean): boolean {
  return trouble === undefined && [...findings.values()].every((one) => one.tag === "unsent" || (probe && isGone(one)));
}

/** Skipped it leaves the queue; rejected it would stay, and the next probe be the same one at once. */
const isGone = (finding: Outcome | Unsent): boolean => finding.tag === "skipped" && finding.unsent === true;

function troubleOf(result: Answer): DestinationTrouble | undefined {
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
      return { tag: "unavailable", reason: sentence("answer_not_understood") };
  }
}
