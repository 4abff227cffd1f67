/** What is known of deliveries after an attempt, as the bridge goes on with it. */
import { type Outcome, type Reason, sentence } from "../connector.ts";

/** Nothing was sent for this delivery: it goes back as it came, and that was no attempt. No outcome that a connector can give. */
export interface Unsent {
  readonly tag: "unsent";
  readonly reason: Reason;
}

export const unsent = (reason: Reason): Unsent => ({ tag: "unsent", reason });

/** What is known of deliveries, by id. */
export type Findings = ReadonlyMap<string, Outcome | Unsent>;

/** The answer of a connector that says nothing about a delivery. */
export const SILENCE: Extract<Outcome, { tag: "retry" }> = {
  tag: "retry",
  reason: sentence("no_answer"),
};

export function answerReason(outcome: Outcome | Unsent | undefined): Reason {
  return outcome !== undefined && "reason" in outcome ? outcome.reason : SILENCE.reason;
}

/** An answer as the bridge goes on with it: a `DeliverResult` in which it is known of each delivery whether it was sent. */
export type Answer =
  | { readonly tag: "outcomes"; readonly outcomes: Findings }
  | { readonly tag: "batchRejected"; readonly reason: Reason; readonly outcomes?: Findings }
  | {
      readonly tag: "unavailable";
      readonly reason: Reason;
      readonly retryAfterMs?: number;
      readonly outcomes?: Findings;
    }
  | { readonly tag: "credentialsRefused" | "gone"; readonly reason: Reason; readonly outcomes?: Findings };
