/**
 * Whose fault it is when credentials are refused (401, 403). Nearly always the connector's: it pauses, and nothing expires.
 * But a destination may answer so to one delivery, whatever it is shown. Tried at once whenever the connector is ready again,
 * that one would pause it each time, for ever: its clock stands still meanwhile. So the connector remembers whom it was
 * refused with. Who is refused again after a probe was answered, which proves the credentials good, is a delivery like any
 * other that fails. Pure.
 */
import type { Outcome } from "../../connector.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Findings } from "../answer.ts";
import type { Batch } from "./batch.ts";
import { backoff, type Moment, type RetryPolicy } from "./retry-policy.ts";
import { settlementOf, waitingAgain, whoeverItIs } from "./settlement.ts";

/** Deliveries remembered at once: a batch may be large, and its fault one delivery of it. */
const REMEMBERED = 200;

/** What follows for a delivery that was not taken since the credentials were refused. The connector pauses in any case. */
export function settlementOfRefused(
  { connector: { state } }: Batch,
  delivery: TakenDelivery,
  outcome: Extract<Outcome, { tag: "retry" }>,
  policy: RetryPolicy,
  moment: Moment,
): Settlement {
  const event = delivery.event.seq;
  const isAgain = state.refused?.includes(event) ?? false;
  // ready: its refusal was followed by a probe that was answered. Until then it may be the credentials, and nothing expires
  if (isAgain && state.status === "ready") return whoeverItIs(settlementOf(delivery, outcome, policy, moment));
  // the first time costs no wait once the credentials are good again
  const delayMs = isAgain ? backoff(delivery.attempts + 1, policy, moment.random()) : 0;
  return whoeverItIs(waitingAgain(event, outcome.reason, delayMs));
}

/** The refused to remember after a batch: with its own, and without those that were answered otherwise. */
export function refusedAfter(
  { connector: { state }, deliveries }: Batch,
  findings: Findings,
  credentialsRefused: boolean,
): readonly number[] {
  if (!credentialsRefused && (state.refused ?? []).length === 0) return [];
  const tagOf = ({ id }: TakenDelivery) => findings.get(id)?.tag ?? "retry";
  const eventsOf = (tried: (tag: string) => boolean) =>
    new Set(deliveries.filter((one) => tried(tagOf(one))).map(({ event }) => event.seq));
  const answered = eventsOf((tag) => tag !== "retry" && tag !== "unsent");
  const kept = (state.refused ?? []).filter((event) => !answered.has(event));
  if (!credentialsRefused) return kept;
  const now = eventsOf((tag) => tag === "retry");
  return [...now, ...kept.filter((event) => !now.has(event))].slice(0, REMEMBERED);
}
