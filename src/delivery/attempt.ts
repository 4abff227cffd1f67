/** One attempt at a batch: whatever a connector does, an answer comes back, in bounded time. */
import { type Connector, type DeliverResult, type Delivery, type Logger, outcomes, retry } from "../connector.ts";
import { readAnswer } from "./answer.ts";
import { deadline } from "./deadline.ts";
import { TooSoon } from "./rate.ts";
import { deliverSplitting } from "./split.ts";

export interface AttemptOptions {
  readonly connector: Connector;
  readonly name: string;
  readonly log: Logger;
  /** Milliseconds until a `deliver` that does not answer is given up. */
  readonly timeoutMs: number;
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
  /** Whether the claim holds long enough for one more call; a call on a lease that has run out could come twice. */
  readonly holds: () => boolean;
}

/** A connector that ignores its signal is left alone after this many milliseconds. */
const IGNORED_MS = 1_000;

/** Delivers a batch, halving it where the destination refuses it as a whole. Never rejects: a throw is trouble, not success. */
export function attempt(deliveries: readonly Delivery[], options: AttemptOptions): Promise<DeliverResult> {
  return deliverSplitting(deliveries, (part) => deliverOnce(part, options));
}

async function deliverOnce(deliveries: readonly Delivery[], options: AttemptOptions): Promise<DeliverResult> {
  if (!options.holds())
    return outcomes(deliveries.map(({ id }) => [id, retry("not tried: its claim ran out")] as const));
  const { signal, clear } = deadline(options.timeoutMs, "the connector took too long", options.signal);
  try {
    const answer = await Promise.race([options.connector.deliver(deliveries, signal), abandoned(signal)]);
    return readAnswer(answer, options.redact);
  } catch (error) {
    if (error instanceof TooSoon) {
      return { tag: "unavailable", reason: { words: error.message }, retryAfterMs: error.waitMs };
    }
    const words = error instanceof Error ? error.message : String(error);
    options.log.warn({ fact: "connector.threw", connector: options.name, reason: words });
    return readAnswer({ tag: "unavailable", reason: { words } }, options.redact);
  } finally {
    clear();
  }
}

function abandoned(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => setTimeout(() => reject(signal.reason), IGNORED_MS);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}
