/**
 * How long an outage has lasted, and how soon it is looked whether it is over. Pure.
 *
 * Waits that double with each failure say how often somebody has looked, not how long it took: after a minute one may be drawn of
 * two. A fifth of the time that it has lasted costs few probes, a day's outage some 150, and makes it last a fifth longer at most.
 */
import type { ConnectorRow, ConnectorState } from "../../storage/contract/connectors.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Of so many parts of an outage so far the wait for the next probe may take one. */
const PARTS = 5;
/** However short it was: so long may a probe be waited for. Milliseconds. */
const SHORTEST_BOUND_MS = 1_000;

/** For how long it has not been ready, in milliseconds. @param at the store's clock, whose `since` it is */
export function outageOf({ state, since }: Pick<ConnectorRow, "state" | "since">, at: number): number {
  return state.status === "ready" ? 0 : Math.max(0, at - since);
}

/** The longest wait for whoever may have come back, in whole milliseconds: a drawn one is rounded, and must not come out above it. */
export function longestWait(outageMs: number): number {
  return Math.max(SHORTEST_BOUND_MS, Math.floor(outageMs / PARTS));
}

/** The policy while the destination is out. Refused credentials wait for a person, who need not be waited for so often. */
export function patienceIn(
  { cause }: Pick<ConnectorState, "cause">,
  policy: RetryPolicy,
  outageMs: number,
): RetryPolicy {
  if (cause === "credentials") return policy;
  return { ...policy, maxDelayMs: Math.min(policy.maxDelayMs, longestWait(outageMs)) };
}
