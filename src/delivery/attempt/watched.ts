/** Notes what a call has under way, and what it came to for each of its deliveries. */
import type { AttemptOutcome, ConnectorFacts } from "../../facts/connector-facts.ts";
import type { TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Answer } from "../answer.ts";

export async function watched(
  batch: readonly TakenDelivery[],
  facts: Pick<ConnectorFacts, "inFlight" | "attempts">,
  call: () => Promise<Answer>,
): Promise<Answer> {
  facts.inFlight += batch.length;
  try {
    const answer = await call();
    for (const { id } of batch) {
      const found = answer.outcomes?.get(id);
      // nothing was sent for it: no attempt
      if (found?.tag === "unsent") continue;
      facts.attempts[found?.tag ?? OF_ALL[answer.tag]] += 1;
    }
    return answer;
  } finally {
    facts.inFlight -= batch.length;
  }
}

/** For those that the answer does not name. */
const OF_ALL: Readonly<Record<Answer["tag"], AttemptOutcome>> = {
  outcomes: "retry",
  batchRejected: "unavailable",
  unavailable: "unavailable",
  credentialsRefused: "credentials_refused",
  gone: "gone",
};
