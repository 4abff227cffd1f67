/** Notes how deliveries ended: what another holder settles is counted by that one. */
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { Settlement, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Verdict } from "../verdict/batch.ts";

export interface Settled {
  readonly batch: readonly TakenDelivery[];
  readonly verdict: Pick<Verdict, "settlements" | "decided">;
  /** Events whose claim had run out. */
  readonly lost: readonly number[];
}

/** @param now milliseconds since 1970, as in events */
export function noteSettled(facts: ConnectorFacts, { batch, verdict, lost: gone }: Settled, now: number): void {
  const lost = new Set(gone);
  const events = new Map(batch.map(({ event }) => [event.seq, event]));

  function note(settlement: Settlement): void {
    if (settlement.to === "waiting" || lost.has(settlement.event)) return;
    facts.endings[settlement.to] += 1;
    if (settlement.to === "dead") facts.dead[settlement.class] += 1;
    const event = events.get(settlement.event);
    if (settlement.to !== "delivered" || event === undefined) return;
    facts.fromEvent.observe((now - event.eventTime) / 1_000);
    facts.fromReceipt.observe((now - event.receivedAt) / 1_000);
  }

  for (const settlement of verdict.settlements) note(settlement);
  for (const settlement of verdict.decided) note(settlement);
}
